import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browsed } from './chromium-fixture.ts';
import { chooseOption, count, inBrowser, middle, opened, press, viewBoxOf, words } from './page-fixture.ts';

const stock = '[data-id="call:service:orders->service:stock"]';

test('in a browser: hover tells the policy, click the place, keys and wheel move the view', inBrowser, async (t) => {
  const page = await opened(t);
  const edge = await middle(page, stock);
  await page.move(edge.x, edge.y);
  assert.match(await words(page, '#hint'), /timeout 800ms uses\n.*retry \{ attempts 3/s);
  const node = await middle(page, '[data-id="service:stock"]');
  await page.click(node.x, node.y);
  assert.match(await words(page, '#told'), /^service stock\n+shop\.svc:10\n/);
  assert.match(await words(page, '[aria-selected] .row'), /^service stock/);
  const fitted = await viewBoxOf(page);
  await page.value(`document.querySelector('#picture').focus()`);
  await page.key('ArrowRight');
  const moved = await viewBoxOf(page);
  assert.ok(Number.parseFloat(moved) > Number.parseFloat(fitted));
  await page.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...node, deltaX: 0, deltaY: -300 });
  const width = (box: string): number => Number(box.split(' ')[2]);
  assert.ok(width(await viewBoxOf(page)) < width(moved));
  await page.key('0');
  assert.equal(await viewBoxOf(page), fitted);
  await page.key('Escape');
  assert.equal(await words(page, '#told'), '');
  assert.deepEqual(page.complaints, []);
});

test(
  'in a browser: a drag moves the picture and chooses nothing; two fingers zoom; from afar one reads names',
  inBrowser,
  async (t) => {
    const page = await opened(t);
    const { x, y } = await middle(page, '[data-id="service:stock"]');
    const before = await viewBoxOf(page);
    const mouse = (type: string, dx: number): Promise<unknown> =>
      page.send('Input.dispatchMouseEvent', { type, x: x + dx, y, button: 'left', buttons: 1, clickCount: 1 });
    await mouse('mousePressed', 0);
    for (const dx of [10, 40, 80]) await mouse('mouseMoved', dx);
    await mouse('mouseReleased', 80);
    const after = await viewBoxOf(page);
    assert.ok(Number.parseFloat(after) < Number.parseFloat(before));
    assert.equal(await words(page, '#told'), '');
    const touch = (type: string, spread: number): Promise<unknown> =>
      page.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: 300 - spread, y: 300, id: 1 },
                { x: 300 + spread, y: 300, id: 2 },
              ],
      });
    await touch('touchStart', 20);
    for (const spread of [30, 60, 90]) await touch('touchMove', spread);
    await touch('touchEnd', 0);
    assert.ok(Number(after.split(' ')[2]) > 1.5 * Number((await viewBoxOf(page)).split(' ')[2]));
    const isShown = (selector: string): Promise<boolean> =>
      page.value(
        `getComputedStyle(document.querySelector('[data-id="service:stock"] ${selector}')).display !== 'none'`,
      );
    assert.deepEqual([await isShown('.weir-far'), await isShown('.badge')], [false, true]);
    for (let i = 0; i < 20; i += 1) await page.key('-');
    for (let i = 0; i < 12; i += 1) await press(page, '#farther');
    assert.deepEqual([await isShown('.weir-far'), await isShown('.badge')], [true, false]);
    assert.deepEqual(page.complaints, []);
  },
);

test(
  'in a browser: from afar a title is as large as its context allows, and no line runs over it',
  inBrowser,
  async (t) => {
    const page = await opened(t);
    const title = 'document.querySelector(".weir-title")';
    for (let i = 0; i < 12; i += 1) await press(page, '#farther');
    assert.equal(await page.value(`getComputedStyle(${title}).display !== 'none'`), true);
    assert.equal(
      await page.value(`[...document.querySelectorAll('#picture .edge')].every((edge) =>
      (edge.compareDocumentPosition(${title}) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0)`),
      true,
    );
    assert.equal(
      await page.value(`[...document.querySelectorAll('.weir-title')].every((title, i) =>
      title.getBBox().width <= document.querySelectorAll('#picture .group > .frame')[i].getBBox().width)`),
      true,
    );
    assert.deepEqual(page.complaints, []);
  },
);

test('in a browser: the small picture shows what part is seen, and a press there goes there', inBrowser, async (t) => {
  const page = await opened(t);
  const isThere = (): Promise<boolean> => page.value(`!document.querySelector('#mini').matches('[hidden]')`);
  assert.equal(await isThere(), false, 'all is seen');
  for (let i = 0; i < 5; i += 1) await press(page, '#nearer');
  assert.equal(await isThere(), true);
  const before = await viewBoxOf(page);
  const { x, y } = await middle(page, '#mini');
  await page.click(x + 30, y);
  const after = await viewBoxOf(page);
  assert.ok(Number.parseFloat(after) > Number.parseFloat(before));
  const seen = await page.value<string>(`document.querySelector('#mini .seen').getAttribute('x')`);
  assert.ok(Math.abs(Number(seen) - Number.parseFloat(after)) < 1);
  assert.deepEqual(page.complaints, []);
});

test('in a browser: search, focus and overlays', inBrowser, async (t) => {
  const page = await opened(t);
  await page.value(`document.querySelector('#picture').focus()`);
  await page.key('/');
  for (const letter of 'stock') await page.key(letter);
  assert.match(await words(page, '#told'), /^service stock/);
  assert.equal(await words(page, '#hits'), '1 of 1');
  await press(page, '#focus');
  const dim = (): Promise<string[]> =>
    page.value(`[...document.querySelectorAll('.node.dim')].map((node) => node.dataset.id).sort()`);
  assert.deepEqual(await dim(), ['gateway:public', 'service:ledger']);
  await page.value(
    `(() => { const up = document.querySelector('#up'); up.value = 2; up.dispatchEvent(new Event('input')); })()`,
  );
  assert.deepEqual(await dim(), ['service:ledger']);
  await press(page, '#focus');
  assert.deepEqual(await dim(), []);

  const edge = `document.querySelector('${stock}')`;
  const word = (id: string): Promise<boolean> => page.value(`document.querySelector('${id}') !== null`);
  const tags = (): Promise<string[]> =>
    page.value(`[...document.querySelectorAll('.weir-word')].map((tag) => tag.textContent).sort()`);
  await chooseOption(page, '#overlay', 'attempts');
  assert.ok(await page.value(`${edge}.classList.contains('heat-2')`));
  assert.equal(await page.value(`getComputedStyle(${edge}.querySelector('.line')).strokeWidth`), '3.7px');
  assert.match(await words(page, '#key'), /×11 to ×30/);
  await chooseOption(page, '#overlay', 'latency');
  assert.ok((await tags()).includes('800 ms of 500 ms'));
  assert.ok((await tags()).includes('no bound'));
  assert.ok(await word('[data-id="service:orders"].heat-3'));
  await chooseOption(page, '#overlay', 'availability');
  assert.deepEqual(await tags(), ['99.5%', '99.5%', '99.9%, at most 99.5%'], 'the call has what its callee promises');
  assert.ok(await word('[data-id="service:orders"].heat-3'), 'five times as long out as promised');
  await chooseOption(page, '#overlay', 'demand');
  assert.ok((await tags()).includes('200 of 150/s'));
  assert.ok((await tags()).includes('up to 100/s'));
  assert.ok(await word('[data-id="service:stock"].heat-3'));
  await chooseOption(page, '#overlay', 'findings');
  assert.ok(await page.value(`document.querySelector('[data-id="service:orders"]').matches('[class*=found-]')`));
  await chooseOption(page, '#overlay', 'ownership');
  assert.equal(await words(page, '#key'), 'Owners\nsales\nstore');
  await chooseOption(page, '#overlay', 'contexts');
  assert.equal(await words(page, '#key'), 'Contexts\nselling\nstoring');
  assert.ok(await word('[data-id="context:storing"].team-1'));
  await chooseOption(page, '#overlay', 'none');
  assert.equal(await count(page, '.weir-word,[class*=team-],[class*=heat-]'), 0);
  assert.deepEqual(page.complaints, []);
});

test('in a browser: the tree says what the picture says, and is walked by arrow keys', inBrowser, async (t) => {
  const page = await opened(t);
  const focused = (): Promise<string> => page.value(`document.activeElement.querySelector('.row')?.innerText ?? ''`);
  assert.equal(await count(page, '#list [tabindex="0"]'), 1, 'one row is reached by Tab');
  await page.value(`document.querySelector('#list [tabindex="0"]').focus()`);
  assert.match(await focused(), /^gateway public/);
  await page.key('ArrowDown');
  assert.match(await focused(), /^context selling/);
  await page.key('ArrowDown');
  assert.match(await focused(), /^service orders \d+ findings/);
  await page.key('ArrowRight');
  await page.key('ArrowRight');
  assert.match(await focused(), /^calls ledger.* findings?$/);
  await page.key('ArrowDown');
  assert.match(await focused(), /^calls stock: 800ms · ×3/);
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Enter' });
  assert.match(await words(page, '#told'), /^call orders → stock/);
  assert.ok(await page.value(`document.querySelector('${stock}').classList.contains('chosen')`));
  await page.key('ArrowLeft');
  assert.match(await focused(), /^service orders/);
  await page.key('ArrowLeft');
  await page.key('ArrowDown');
  assert.match(await focused(), /^context storing/, 'what is folded up is passed over');
  await page.key('l');
  assert.match(await focused(), /^service ledger/);
  await page.key('Home');
  assert.match(await focused(), /^gateway public/);
  const roles = await page.value<string[]>(
    `[...new Set([...document.querySelectorAll('#list,#list *')].map((one) => one.getAttribute('role')).filter(Boolean))].sort()`,
  );
  assert.deepEqual(roles, ['group', 'tree', 'treeitem']);
  assert.deepEqual(page.complaints, []);
});

test('in a browser: themes follow the system or the reader', inBrowser, async (t) => {
  const page = await opened(t);
  const shown = (): Promise<string> => page.value('document.documentElement.dataset.shown');
  const system = async (...features: object[]): Promise<void> => {
    await page.send('Emulation.setEmulatedMedia', { features });
    // The page is told with the next frame.
    await page.value('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  };
  assert.equal(await shown(), 'light');
  await system({ name: 'prefers-color-scheme', value: 'dark' });
  assert.equal(await shown(), 'dark');
  await system({ name: 'prefers-color-scheme', value: 'dark' }, { name: 'prefers-contrast', value: 'more' });
  assert.equal(await shown(), 'contrast-dark');
  await chooseOption(page, '#theme', 'light');
  assert.equal(await shown(), 'light');
  assert.deepEqual(page.complaints, []);
});

test('in a browser: files and the clipboard get the picture as it looks', inBrowser, async (t) => {
  const page = await opened(t);
  await chooseOption(page, '#theme', 'dark');
  await chooseOption(page, '#overlay', 'attempts');
  const saved = async (button: string): Promise<Buffer> =>
    Buffer.from((await save(page, button)).split(',')[1]!, 'base64');
  const svg = (await saved('#svg')).toString();
  assert.match(svg, /^<\?xml .*<svg [^>]*data-theme="dark"/s);
  assert.match(svg, /class="weir-word heat-2".*×6/s);
  assert.doesNotMatch(svg, /weir-(far|switch)"/);
  const png = await saved('#png');
  const [, width] = /<svg [^>]*width="(\d+)"/.exec(svg)!;
  assert.equal(png.toString('latin1', 1, 4), 'PNG');
  assert.equal(png.readUInt32BE(16), 2 * Number(width));
  const mermaid = (await saved('#mermaid')).toString();
  assert.match(mermaid, /^---\ntitle: "shop"\n|^---\ntitle: "System"\n/);
  assert.match(mermaid, /flowchart LR\n.*subgraph/s);
  await page.value(`(() => {
    globalThis.copied = new Promise((resolve) => {
      Object.defineProperty(navigator, 'clipboard', { value: { write: async ([item]) => resolve((await item.getType('image/png')).size) } });
    });
    document.querySelector('#copy').click();
  })()`);
  assert.ok((await page.value<number>('copied')) > 10_000);
  assert.equal(await words(page, '#said'), 'The image is in the clipboard.');
  assert.deepEqual(page.complaints, []);
});

/** What a button gives the reader as a file, as a data URL. */
const save = (page: Browsed, button: string): Promise<string> =>
  page.value(`new Promise((resolve) => {
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      URL.createObjectURL = make;
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(blob);
      return make(blob);
    };
    document.querySelector('${button}').click();
  })`);
