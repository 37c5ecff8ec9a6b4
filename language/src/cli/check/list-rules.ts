import { resolve } from 'node:path';
import { findProject } from '../../project/project.ts';
import { appliedRules, severitiesFrom, withSeverities } from '../../project/rule-settings.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { printRules, printRulesJson } from '../print/rules.ts';
import type { Terminal } from '../terminal.ts';
import type { CheckFlags } from './flags.ts';

/** Lists the rules as they hold in a project; its sources are not read. */
export async function listRules(
  terminal: Terminal,
  path: string | undefined,
  { rule, format }: CheckFlags,
): Promise<ExitCode> {
  const severities = severitiesFrom(rule);
  const { config } = await findProject(resolve(terminal.cwd, path ?? '.'));
  const rules = await appliedRules(withSeverities(config, severities));
  terminal.out.write(format === 'json' ? printRulesJson(rules) : printRules(rules));
  return exitCode.fine;
}
