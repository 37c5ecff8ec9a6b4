import { join, relative, resolve } from 'node:path';
import { didYouMean } from '../../model/nearest.ts';
import type { ConfigFile } from '../../project/config.ts';
import { ProjectError } from '../../project/fault.ts';
import { disk } from '../../project/file-system.ts';
import { packageFolder } from '../../project/own-package.ts';
import { findProject } from '../../project/project.ts';
import { describeRules, type RuleDescription } from '../../rules/index.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

interface Asked {
  readonly project: string | undefined;
  readonly json: boolean;
}

/** The names of all rules; as JSON, with what holds for each in the project. */
export async function listRules(terminal: Terminal, { project, json }: Asked): Promise<ExitCode> {
  if (json) {
    const { rules } = await settings(terminal, project);
    terminal.out.write(`${JSON.stringify({ version: 1, rules }, undefined, 2)}\n`);
  } else {
    const names = describeRules().map(({ name }) => name);
    terminal.out.write(`${names.sort().join('\n')}\n`);
  }
  return exitCode.fine;
}

/** The page of a rule, and what the project's weir.json makes of it. */
export async function explainRule(terminal: Terminal, name: string, { project, json }: Asked): Promise<ExitCode> {
  const rule = describeRules().find((one) => one.name === name);
  if (!rule) throw new ProjectError([noRule(name)]);
  const page = (await disk.readFile(join(packageFolder, rule.docs))).toString('utf8');
  // The page first: it helps even where weir.json cannot be read.
  if (!json) terminal.out.write(page);
  const { rules, file } = await settings(terminal, project);
  const here = rules.find((one) => one.name === name) ?? rule;
  if (json) terminal.out.write(`${JSON.stringify({ version: 1, rule: { ...here, page } }, undefined, 2)}\n`);
  else if (file)
    terminal.out.write(`\n## In this project\n\n${settingText(here, rule)} (${relative(terminal.cwd, file.path)})\n`);
  return exitCode.fine;
}

function noRule(name: string): { readonly message: string; readonly hint: string } {
  const message = `there is no rule \`${name}\``;
  if (/[.A-Z]/.test(name))
    return { message, hint: `An edge has two ends: \`weir explain ${name} service.Operation\`.` };
  const names = describeRules().map((rule) => rule.name);
  return { message, hint: didYouMean(name, names) ?? '`weir explain` lists the rules.' };
}

/** The rules as the project has set them; `file` is absent where it sets nothing. */
async function settings(
  { cwd }: Terminal,
  project: string | undefined,
): Promise<{ readonly rules: readonly RuleDescription[]; readonly file?: ConfigFile }> {
  const { config, file } = await findProject(resolve(cwd, project ?? '.'));
  return { rules: describeRules({ rules: config.rules }), ...(file ? { file } : {}) };
}

/** `warning, max 12; hint, max 10 by default`. */
function settingText(here: RuleDescription, usual: RuleDescription): string {
  const text = ({ severity, thresholds }: RuleDescription): string =>
    [severity, ...Object.entries(thresholds).map(([name, value]) => `${name} ${value}`)].join(', ');
  return text(here) === text(usual) ? `${text(here)}, as by default` : `${text(here)}; by default ${text(usual)}`;
}
