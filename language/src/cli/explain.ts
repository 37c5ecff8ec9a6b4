import { Option } from 'commander';
import type { Setup } from './command.ts';
import type { Terminal } from './terminal.ts';

interface ExplainFlags {
  readonly project?: string;
  readonly format: 'text' | 'json';
}

/** `weir explain RULE` and `weir explain CALLER CALLEE`. */
export const explain: Setup = (program, run) => {
  program
    .command('explain')
    .description('print the page of a rule, or all that holds on an edge; without names, list the rules')
    .argument('[name]', 'a rule, as findings show it; or who calls: `service.Operation`, a handler, or a service')
    .argument('[callee]', 'what it calls: `service.Operation`, or a service')
    .option('--project <path>', 'a folder or file of the project, if it is not the current one')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
    .action(
      run(async (terminal: Terminal, name: string | undefined, callee: string | undefined, flags: ExplainFlags) => {
        const asked = { project: flags.project, json: flags.format === 'json' };
        if (name !== undefined && callee !== undefined) {
          const { explainEdges } = await import('./explain/edge.ts');
          return explainEdges(terminal, name, callee, asked);
        }
        const { explainRule, listRules } = await import('./explain/rule.ts');
        return name === undefined ? listRules(terminal, asked.json) : explainRule(terminal, name, asked);
      }),
    );
};
