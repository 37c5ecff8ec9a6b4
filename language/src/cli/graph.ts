import { Option } from 'commander';
import type { DiagramGraph, LaidOut } from '../diagram/index.ts';
import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

const formats = ['svg', 'mermaid', 'html'] as const;
type Format = (typeof formats)[number];

interface GraphFlags {
  readonly format?: Format;
  readonly html?: true;
  readonly output?: string;
}

/** `weir graph`: the system as a picture. */
export const graph: Setup = (program, run) => {
  program
    .command('graph')
    .description('draw the system: services, resources, events, and who calls whom')
    .argument('[path]', 'a folder or file of the project')
    .addOption(new Option('--format <format>', 'svg unless the output ends in .mmd or .html').choices(formats))
    .addOption(new Option('--html', 'one interactive page that needs nothing else: --format html').conflicts('format'))
    .option('-o, --output <file>', 'write it there instead of printing it')
    .action(
      run(async (terminal: Terminal, path: string | undefined, flags: GraphFlags) => {
        const picture = await drawn(terminal, path, formatOf(flags));
        if (flags.output === undefined) {
          terminal.out.write(picture);
        } else {
          const { resolve } = await import('node:path');
          const { replaceFile } = await import('../project/replace-file.ts');
          await replaceFile(resolve(terminal.cwd, flags.output), flags.output, picture);
        }
        return exitCode.fine;
      }),
    );
};

function formatOf({ format, html, output = '' }: GraphFlags): Format {
  if (html) return 'html';
  return format ?? (output.endsWith('.mmd') ? 'mermaid' : /\.html?$/.test(output) ? 'html' : 'svg');
}

async function drawn(terminal: Terminal, path: string | undefined, format: Format): Promise<string> {
  const { analyze, readProject } = await import('./analyze.ts');
  const { diagramOf, fold, pageDataOf, renderHtml, renderMermaid, renderSvg } = await import('../diagram/index.ts');
  switch (format) {
    case 'svg':
      return renderSvg(await laidOut(terminal, diagramOf((await readProject(terminal, path)).model)));
    case 'mermaid':
      return renderMermaid(diagramOf((await readProject(terminal, path)).model));
    case 'html': {
      const { model, diagnostics } = await analyze(terminal, path);
      const whole = diagramOf(model, { fold: [] });
      return renderHtml(await laidOut(terminal, fold(whole, 'auto')), pageDataOf(model, whole, diagnostics));
    }
  }
}

/** A layout may take so long, in milliseconds, before a simpler one is drawn. */
const patience = 30_000;

async function laidOut(terminal: Terminal, graph: DiagramGraph): Promise<LaidOut> {
  const { Layouts } = await import('../drawing/layouts.ts');
  const { nodeThread } = await import('../drawing/node-thread.ts');
  const layouts = new Layouts(nodeThread, patience);
  const made = await layouts.lay(graph);
  layouts.end();
  if (made.simple) terminal.err.write(`The layout took more than ${patience / 1000} s: this is a simpler one.\n`);
  return made;
}
