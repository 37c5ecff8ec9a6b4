import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratch } from '../../../language/src/project/scratch-fixture.ts';
import { buildExtension } from './package-fixture.ts';
import { settings, startServer } from './server-fixture.ts';
import { type Configuration, startWebHost } from './web-host-fixture.ts';
import { noVSCode, VSCodeWindow } from './window-fixture.ts';
import { files } from './workspace-fixture.ts';

const provider = fileURLToPath(new URL('web-files', import.meta.url));

/** As on vscode.dev: extension and language server are workers, and files are what the editor says they are. */
test('in a browser with nothing behind it', { skip: noVSCode, timeout: 240_000 }, async (t) => {
  const { root } = await scratch(t, files);
  const extension = await buildExtension();
  t.after(extension.remove);
  const server = await startServer();
  t.after(server.stop);
  const edit = ({ remoteAuthority: _, ...given }: Configuration, authority: string): Configuration => {
    const at = (path: string) => ({ scheme: 'http', authority, path });
    return {
      ...given,
      additionalBuiltinExtensions: [at('/extension'), at('/web-files')],
      configurationDefaults: settings,
      folderUri: { $mid: 1, scheme: 'weir-test', authority: '', path: '/shop' },
    };
  };
  const mounts = { '/extension': extension.folder, '/web-files': provider, '/mounted': root };
  const web = await startWebHost({ backend: server.url, alone: true, mounts, edit });
  t.after(() => web.close());
  const window = await VSCodeWindow.open(web.url);
  t.after(() => window.close());
  const { page } = window;
  const scene = (name: string, run: () => Promise<void>) =>
    t.test(name, { timeout: 120_000 }, () => window.told(`web ${name}`, run));

  await scene('findings of a file, from settings and other files that the editor reads', async () => {
    await page.getByRole('treeitem', { name: 'svc' }).click();
    await page.getByRole('treeitem', { name: 'orders.svc' }).dblclick();
    await page.waitForSelector('.squiggly-error', { timeout: 60_000 });
    const problems = await window.problems();
    assert.ok(
      problems.some((one) => one.includes('there is no type `Itm` here')),
      problems.join('\n'),
    );
    assert.ok(!problems.some((one) => one.includes('stock')), 'what is in the other file is known');
    assert.ok(!problems.some((one) => one.includes('unlimited-route')), 'weir.json turns it off');
  });

  await scene('completion, with names of another file', async () => {
    await window.goto(13, 11);
    await page.keyboard.press('Control+Shift+ArrowRight');
    await page.keyboard.press('Delete');
    const labels = await window.suggestions();
    assert.ok(labels.includes('stock.Reserve'), labels.join());
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Z');
  });

  await scene('hover tells the policy', async () => {
    await window.goto(8, 9);
    await window.command('Show or Focus Hover');
    const hover = page.locator('.monaco-hover-content').first();
    await hover.getByText('timeout 800ms').waitFor();
    await page.keyboard.press('Escape');
  });

  await scene('the preview is drawn by the worker', async () => {
    await window.command('Weir: Open Topology Preview');
    await window.webview().locator('[data-id="service:shop.orders"]').waitFor({ timeout: 60_000 });
  });

  await scene('a rule is explained by its page, and what is generated is shown', async () => {
    await page.locator('.editor-instance .view-lines').first().click();
    await window.goto(20, 11);
    await window.command('Weir: Explain a Rule');
    // As a text: nothing here makes a page of Markdown.
    await window.line('# unresolved-reference').waitFor();
    await page.getByRole('treeitem', { name: 'stock.svc' }).dblclick();
    await window.tab('stock.svc').waitFor();
    await window.goto(4, 10);
    await window.command('Weir: Show Generated TypeScript');
    await window.line('export interface Item {').waitFor();
  });

  await scene('nothing offers to run a program', async () => {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input.input').fill('>Weir: ');
    await window.row('Weir: Open Topology Preview').waitFor();
    assert.equal(await window.row('Weir: Build the Project').count(), 0);
    await page.keyboard.press('Escape');
  });
});
