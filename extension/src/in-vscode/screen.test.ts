import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { scratch } from '../../../language/src/project/scratch-fixture.ts';
import { buildExtension, packExtension } from './package-fixture.ts';
import { startServer } from './server-fixture.ts';
import { noVSCode, VSCodeWindow } from './window-fixture.ts';
import { files } from './workspace-fixture.ts';

/** What a user sees and does, with the packed extension installed. Each scene begins where the one before has ended. */
test('in a real VS Code, on the screen', { skip: noVSCode, timeout: 480_000 }, async (t) => {
  const { path } = await scratch(t, files);
  const extension = await buildExtension();
  t.after(extension.remove);
  const server = await startServer({ vsix: await packExtension(extension) });
  t.after(server.stop);
  const at = (query: Readonly<Record<string, string>>): string => `${server.url}/?${new URLSearchParams(query)}`;
  const window = await VSCodeWindow.open(at({ folder: path('shop') }));
  t.after(() => window.close());
  const { page } = window;
  // Longer than what is waited for in it may take: then that is told, with a picture.
  const scene = (name: string, run: () => Promise<void>) =>
    t.test(name, { timeout: 120_000 }, () => window.told(name, run));
  const picture = window.webview();
  const node = (name: string) => picture.locator(`#picture [data-id="service:shop.${name}"]`);

  await scene('findings are underlined, and listed', async () => {
    await window.open('orders.svc');
    await page.waitForSelector('.squiggly-error', { timeout: 60_000 });
    const problems = await window.problems();
    assert.ok(
      problems.some((one) => one.includes('there is no type `Itm` here')),
      problems.join('\n'),
    );
    await page.keyboard.press('Control+J');
  });

  await scene('a quick fix by its lamp', async () => {
    await window.open('orders.svc');
    await window.goto(20, 11);
    const lamp = page.locator('.codicon-light-bulb, .codicon-lightbulb-autofix, .codicon-gutter-lightbulb').first();
    await lamp.waitFor();
    await lamp.click();
    const fix = page.locator('.action-widget .monaco-list-row').filter({ hasText: '`Item`' }).first();
    await fix.waitFor();
    await fix.click();
    await window.line('note: Item = 3').waitFor();
    await page.waitForSelector('.squiggly-error', { state: 'detached' });
  });

  await scene('completion is offered where one types, and taken', async () => {
    await window.goto(13, 11);
    await page.keyboard.press('Control+Shift+ArrowRight');
    await page.keyboard.press('Delete');
    const labels = await window.suggestions();
    assert.ok(labels.includes('stock.Reserve') && labels.includes('ledger.Book'), labels.join());
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Z');
    await window.line('calls stock.Reserve, ledger.Book').waitFor();
  });

  await scene('hover on a dependency shows its policy as a table', async () => {
    await window.goto(8, 9);
    await window.command('Show or Focus Hover');
    const hover = page.locator('.monaco-hover-content').first();
    await hover.getByText('timeout 800ms').waitFor();
    assert.ok((await hover.locator('table td').count()) >= 4);
    await page.keyboard.press('Escape');
  });

  await scene('F12 leads to the other file', async () => {
    await window.goto(13, 18);
    await page.keyboard.press('F12');
    await window.tab('stock.svc').waitFor();
    await window.cursorIs('Ln 9, Col 7');
  });

  await scene('F2 renames in every file', async () => {
    await window.goto(9, 8);
    await page.keyboard.press('F2');
    const box = page.locator('.rename-box input');
    await box.waitFor();
    await box.fill('Hold');
    await page.keyboard.press('Enter');
    await window.line('rpc Hold(item: Item = 1)').waitFor();
    await window.command('File: Save All Files');
    await eventually(async () =>
      assert.match(await readFile(path('shop/svc/orders.svc'), 'utf8'), /calls stock\.Hold,/),
    );
  });

  await scene('a lens tells who calls, and leads there', async () => {
    const lens = page.locator('.codelens-decoration a').filter({ hasText: '1 caller' }).first();
    await lens.waitFor();
    await lens.click();
    const peek = page.locator('.peekview-widget');
    await peek.waitFor();
    await peek.getByText('orders.svc').first().waitFor();
    await page.keyboard.press('Escape');
    await peek.waitFor({ state: 'detached' });
  });

  await scene('beside the name of the language stand project, findings and build', async () => {
    await page.locator('.statusbar-item[id="status.languageStatus"]').click();
    const told = page.locator('.hover-language-status');
    await told.first().waitFor();
    const words = (await told.allInnerTexts()).join('\n');
    assert.match(words, /shop/);
    assert.match(words, /\d+ warnings?/);
    assert.match(words, /Not built/);
    await page.keyboard.press('Escape');
  });

  await scene('the preview is drawn beside the text', async () => {
    await window.open('orders.svc');
    await window.command('Weir: Open Topology Preview');
    await node('orders').waitFor({ timeout: 60_000 });
    for (const name of ['stock', 'ledger']) await node(name).waitFor();
  });

  await scene('the cursor is marked in the picture', async () => {
    await page.locator('.editor-instance .view-lines').first().click();
    await window.goto(11, 5);
    await picture.locator('[data-id="service:shop.orders"].cursor').waitFor();
  });

  await scene('a click on a node leads to its line', async () => {
    await node('ledger').click();
    await window.tab('stock.svc').waitFor();
    await window.cursorIs('Ln 12, Col 1');
  });

  await scene('the picture follows what is typed, and nothing else moves', async () => {
    const before = await node('orders').boundingBox();
    await page.locator('.editor-instance .view-lines').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('service fresh { grpc 9003 }');
    await node('fresh').waitFor();
    const after = await node('orders').boundingBox();
    assert.ok(before && after);
    assert.ok(Math.abs(before.x - after.x) < 1 && Math.abs(before.y - after.y) < 1, JSON.stringify({ before, after }));
  });

  await scene('while the text is broken the last picture stays, and says so', async () => {
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Backspace');
    await picture.locator('#stale:not([hidden])').waitFor();
    await node('fresh').waitFor();
    await page.keyboard.type('}');
    await picture.locator('#stale[hidden]').waitFor({ state: 'attached' });
  });

  await scene('an overlay tells of attempts', async () => {
    await picture.locator('#overlay').selectOption('attempts');
    await picture.locator('#picture svg[data-overlay="attempts"]').waitFor();
    await picture.locator('.weir-word').filter({ hasText: '3' }).first().waitFor();
    await picture.locator('#overlay').selectOption('none');
  });

  await scene('search finds a node', async () => {
    await picture.locator('#search').fill('ledg');
    await picture.locator('[data-id="service:shop.ledger"].hit').waitFor();
    await picture.locator('#search').fill('');
  });

  await scene('the picture is exported to where one says', async () => {
    await picture.locator('#export summary').click();
    await picture.locator('#svg').click();
    // Beside the text, unless one says otherwise.
    await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).first().click();
    await eventually(async () => {
      const written = (await readdir(path('shop/svc'))).find((name) => name.endsWith('.svg')) ?? 'nothing';
      assert.match(await readFile(path(`shop/svc/${written}`), 'utf8'), /^<\?xml.*<svg .*ledger/s);
    });
  });

  await scene('the picture takes the theme of the editor', async () => {
    const ground = () =>
      picture.locator('body').evaluate('document.body && getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await server.configure({ 'workbench.colorTheme': 'Default Dark Modern' });
    await page.locator('.monaco-workbench.vs-dark').waitFor();
    await eventually(async () => assert.notEqual(await ground(), light));
    const dark = await ground();
    await server.configure({ 'workbench.colorTheme': 'Default High Contrast' });
    await page.locator('.monaco-workbench.hc-black').waitFor();
    await eventually(async () => assert.notEqual(await ground(), dark));
    await server.configure({});
    await page.locator('.monaco-workbench.vs').waitFor();
  });

  await scene('what is generated stands beside its source', async () => {
    await window.open('orders.svc');
    await window.goto(17, 10);
    await window.command('Weir: Show Generated proto');
    await window.line('message Order {').waitFor();
    await page.locator('.tab[data-resource-name="shop.proto"]').waitFor();
  });

  await scene('the walkthrough shows its steps', async () => {
    await window.command('Welcome: Open Walkthrough...');
    await window.row('Get Started with Weir').click();
    await page.getByText('See the topology').locator('visible=true').first().waitFor();
  });

  await scene('a file without a workspace has all but its neighbours', async () => {
    await window.visit(at({ ew: 'true' }), false);
    await window.command('File: New Untitled Text File');
    await window.command('Change Language Mode');
    await page.locator('.quick-input-widget input.input').fill('Weir');
    await window.row('Weir').click();
    await page.keyboard.type('service alone { rpc Do(a: Nothing = 1) }');
    await page.waitForSelector('.squiggly-error', { timeout: 60_000 });
  });

  await scene('in a workspace that is not trusted it reads, and runs nothing', async () => {
    await server.configure({ 'security.workspace.trust.enabled': true });
    await window.visit(at({ folder: path('more') }));
    await page.getByText('Restricted Mode').first().waitFor();
    await window.open('other.svc');
    await page.waitForSelector('.squiggly-error', { timeout: 60_000 });
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input.input').fill('>Weir: ');
    await window.row('Weir: Open Topology Preview').waitFor();
    assert.equal(await window.row('Weir: Build the Project').count(), 0);
    await page.keyboard.press('Escape');
  });
});

/** What holds soon, though not at once. */
async function eventually(holds: () => Promise<void>, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      await holds();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
