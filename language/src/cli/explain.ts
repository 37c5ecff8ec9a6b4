import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** `weir explain RULE`: the page of a rule. */
export const explain: Setup = (program, run) => {
  program
    .command('explain')
    .description('print the page of a rule; without one, list the rules')
    .argument('[rule]', 'its name, as findings show it')
    .action(
      run(async (terminal: Terminal, rule: string | undefined) => {
        const { join } = await import('node:path');
        const { disk } = await import('../project/file-system.ts');
        const { packageFolder } = await import('../project/own-package.ts');
        const folder = join(packageFolder, 'docs', 'rules');
        const pages = (await disk.list(folder))
          .filter(({ name }) => name.endsWith('.md'))
          .map(({ name }) => name.slice(0, -3));
        if (rule === undefined) {
          terminal.out.write(`${pages.sort().join('\n')}\n`);
          return exitCode.fine;
        }
        if (!pages.includes(rule)) {
          const { didYouMean } = await import('../model/nearest.ts');
          const { ProjectError } = await import('../project/fault.ts');
          const hint = didYouMean(rule, pages) ?? '`weir explain` lists the rules.';
          throw new ProjectError([{ message: `there is no rule \`${rule}\``, hint }]);
        }
        terminal.out.write((await disk.readFile(join(folder, `${rule}.md`))).toString('utf8'));
        return exitCode.fine;
      }),
    );
};
