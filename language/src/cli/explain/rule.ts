import { join, relative, resolve } from 'node:path';
import { didYouMean } from '../../model/nearest.ts';
import { isOptOut, optOuts } from '../../model/opt-outs.ts';
import { ProjectError } from '../../project/fault.ts';
import { disk } from '../../project/file-system.ts';
import { packageFolder } from '../../project/own-package.ts';
import { findProject } from '../../project/project.ts';
import { describeRules, ruleNames, settingOf } from '../../rules/index.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

/** The names of all rules. */
export function listRules({ out }: Terminal, json: boolean): ExitCode {
  const names = [...ruleNames].sort();
  out.write(json ? `${JSON.stringify({ version: 1, rules: names }, undefined, 2)}\n` : `${names.join('\n')}\n`);
  return exitCode.fine;
}

/** The page of a rule, and what the project's weir.json makes of it. */
export async function explainRule(
  { cwd, out }: Terminal,
  name: string,
  { project, json }: { readonly project: string | undefined; readonly json: boolean },
): Promise<ExitCode> {
  const rule = describeRules().find((one) => one.name === name);
  if (!rule) throw new ProjectError([noRule(name)]);
  const page = (await disk.readFile(join(packageFolder, rule.docs))).toString('utf8');
  // The page first: it helps even where weir.json cannot be read.
  if (!json) out.write(page);
  const { config, file } = await findProject(resolve(cwd, project ?? '.'));
  const here = settingOf(rule.name, { rules: config.rules });
  if (json) {
    const { severity: usual, ...rest } = rule;
    out.write(`${JSON.stringify({ version: 1, rule: { ...rest, ...here, default: usual, page } }, undefined, 2)}\n`);
  } else if (file) {
    out.write(`\n## In this project\n\n${settingText(here, rule)} (${relative(cwd, file.path)})\n`);
  }
  return exitCode.fine;
}

function noRule(name: string): { readonly message: string; readonly hint: string } {
  const message = `there is no rule \`${name}\``;
  if (/[.A-Z]/.test(name)) {
    return { message, hint: `An edge has two ends: \`weir explain ${name} service.Operation\`.` };
  }
  if (isOptOut(name)) {
    const hint = `It is no finding that could be silenced: above a service, \`@allow(${name}, "…")\` says that ${optOuts[name]}.`;
    return { message, hint };
  }
  return { message, hint: didYouMean(name, ruleNames) ?? '`weir explain` lists the rules.' };
}

type Setting = ReturnType<typeof settingOf>;

/** `error, max 12; by default warning, max 10`. */
function settingText(here: Setting, usual: Setting): string {
  const text = ({ severity, thresholds }: Setting): string =>
    [severity, ...Object.entries(thresholds).map(([name, value]) => `${name} ${value}`)].join(', ');
  return text(here) === text(usual) ? `${text(here)}, as by default` : `${text(here)}; by default ${text(usual)}`;
}
