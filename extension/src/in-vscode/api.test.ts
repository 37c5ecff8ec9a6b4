import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { scratch } from '../../../language/src/project/scratch-fixture.ts';
import type { Result } from './host/run.ts';
import { buildExtension } from './package-fixture.ts';
import { startServer } from './server-fixture.ts';
import { noVSCode, VSCodeWindow } from './window-fixture.ts';
import { files } from './workspace-fixture.ts';

const weir = fileURLToPath(new URL('../../../language/bin/weir.js', import.meta.url));
const scenarios = fileURLToPath(new URL('host/run.ts', import.meta.url));

/** VS Code loads a program of ours into its extension host; it tells what became of each scenario. */
test('in a real VS Code, asked by its own interface', { skip: noVSCode, timeout: 240_000 }, async (t) => {
  const { root, path } = await scratch(t, files);
  const program = path('host/run.js');
  await build({
    entryPoints: [scenarios],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  });
  const extension = await buildExtension();
  t.after(extension.remove);
  const server = await startServer({ settings: { 'weir.command': [process.execPath, weir] } });
  t.after(server.stop);
  const window = await VSCodeWindow.launch();
  t.after(() => window.close());

  const ended = new Promise<number>((resolve) => {
    void window.page.exposeFunction('codeAutomationExit', resolve);
  });
  await window.page.exposeFunction('codeAutomationLog', () => {});
  const { host } = new URL(server.url);
  const remote = (file: string): string => `vscode-remote://${host}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension.folder)],
    ['extensionTestsPath', remote(program)],
    ['skipWelcome', 'true'],
    ['enableProposedApi', ''],
  ];
  const query = new URLSearchParams({ workspace: join(root, 'all.code-workspace'), payload: JSON.stringify(payload) });
  await window.told('the extension host', async () => {
    await window.page.goto(`${server.url}/?${query}`);
    const code = await Promise.race([ended, sleep(180_000, 'no answer', { ref: false })]);
    if (code !== 0) throw new Error(`the extension host has ended with ${code}\n${server.log()}`);
  });

  const lines = (await readFile(join(root, 'host/results.jsonl'), 'utf8')).trim().split('\n');
  for (const line of lines) {
    const { name, error, said, milliseconds }: Result = JSON.parse(line);
    await t.test(name, (t) => {
      t.diagnostic(`${said ?? 'done'}; ${milliseconds} ms`);
      if (error !== undefined) throw new Error(error);
    });
  }
});
