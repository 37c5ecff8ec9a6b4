// `node extension/src/in-vscode/pictures.ts [folder]`: the pictures of the READMEs, from a real VS Code that shows the shop.
// `apt-get install pngquant` for files of a third of the size.
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildExtension, packExtension } from './package-fixture.ts';
import { startServer } from './server-fixture.ts';
import { VSCodeWindow } from './window-fixture.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const destination = process.argv[2] ?? here('../../media');
const size = { width: 1680, height: 945 };

/** Each with a theme, and with what the picture tells beside who calls whom. */
const pictures = [
  { name: 'preview-light', theme: 'Default Light Modern', style: 'vs', overlay: 'none' },
  { name: 'preview-dark', theme: 'Default Dark Modern', style: 'vs-dark', overlay: 'attempts' },
] as const;

/** Without what would only take room. */
const plain = {
  'breadcrumbs.enabled': false,
  'editor.stickyScroll.enabled': false,
  'editor.guides.indentation': false,
  'editor.fontSize': 13,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
};

const root = await mkdtemp(join(tmpdir(), 'weir-pictures-'));
const project = join(root, 'shop');
for (const part of ['svc', 'weir.json']) {
  await cp(here(`../../../examples/shop/${part}`), join(project, part), { recursive: true });
}
const extension = await buildExtension();
const server = await startServer({ vsix: await packExtension(extension), settings: plain });
const window = await VSCodeWindow.open(`${server.url}/?folder=${encodeURIComponent(project)}`, size);
try {
  const { page } = window;
  const picture = window.webview();
  await window.open('ordering.svc');
  await window.command('View: Close Primary Side Bar');
  await window.command('Weir: Open Topology Preview');
  await picture.locator('#picture [data-id="service:shop.ordering.orders"]').waitFor({ timeout: 60_000 });
  // The larger part for the picture.
  const right = await page.locator('.editor-group-container').nth(1).boundingBox();
  if (!right) throw new Error('there is no preview beside the text');
  await page.mouse.move(right.x, size.height / 2);
  await page.mouse.down();
  await page.mouse.move(right.x - 210, size.height / 2, { steps: 5 });
  await page.mouse.up();
  // The service with its dependencies at the top, and what its calls come to below.
  await page.locator('.editor-instance .view-lines').first().click();
  await window.goto(400);
  await window.goto(112, 24);
  for (let lines = 0; lines < 12; lines++) await page.keyboard.press('Control+ArrowDown');
  for (const { name, theme, style, overlay } of pictures) {
    await server.configure({ ...plain, 'workbench.colorTheme': theme });
    await page.locator(`.monaco-workbench.${style}`).waitFor();
    await picture.locator('#overlay').selectOption(overlay);
    await picture.locator('#fit').click();
    // Nothing moves any more.
    await page.waitForTimeout(3000);
    const path = join(destination, `${name}.png`);
    await page.screenshot({ path });
    spawnSync('pngquant', ['--quality', '70-95', '--speed', '1', '--force', '--output', path, path]);
  }
} finally {
  await window.close();
  await server.stop();
  await extension.remove();
  await rm(root, { recursive: true });
}
