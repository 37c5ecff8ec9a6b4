import { relative, resolve } from 'node:path';
import { packageVersion } from '../../project/own-package.ts';
import type { LoadedProject } from '../../project/project.ts';
import { appliedRules } from '../../project/rule-settings.ts';
import type { Diagnostic } from '../../rules/index.ts';
import { printFindings, printFindingsJson } from '../findings.ts';
import type { Terminal } from '../terminal.ts';
import type { Judged } from './baseline.ts';
import type { CheckFlags } from './flags.ts';

/** Prints what is new; SARIF has everything, and says what is new. */
export async function show(
  terminal: Terminal,
  project: LoadedProject,
  findings: readonly Diagnostic[],
  { fresh, known, gone, isUsed }: Judged,
  format: CheckFlags['format'],
): Promise<void> {
  switch (format) {
    case 'text':
      printFindings(terminal.out, terminal, project, fresh);
      return;
    case 'json':
      printFindingsJson(terminal, project, fresh, isUsed ? { accepted: known.length, gone } : undefined);
      return;
    case 'github': {
      const { printGithub } = await import('../print/github.ts');
      terminal.out.write(printGithub(fresh, fromRepository(terminal, project)));
      return;
    }
    case 'sarif': {
      const { printSarif } = await import('../print/sarif.ts');
      const options = {
        version: packageVersion(),
        rules: await appliedRules(project.config, 'with pages'),
        path: fromRepository(terminal, project),
        ...(isUsed ? { known: new Set(known) } : {}),
      };
      terminal.out.write(printSarif(findings, options));
    }
  }
}

/** Paths as GitHub knows them: from where the repository was checked out. Elsewhere, from the current folder. */
function fromRepository({ cwd, env }: Terminal, { root }: LoadedProject): (file: string) => string {
  const repository = env.GITHUB_WORKSPACE;
  const isIn = repository && !relative(repository, root).startsWith('..');
  const base = isIn ? repository : cwd;
  return (file) => relative(base, resolve(root, file)).replaceAll('\\', '/');
}
