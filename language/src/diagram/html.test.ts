import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { check } from '../rules/index.ts';
import { readModel } from '../syntax/read.ts';
import { type Browsed, browse, noChromium } from './chromium-fixture.ts';
import { diagramOf, type LaidOut, layOut, pageDataOf, renderHtml, renderSvg } from './index.ts';

const text = `
/// Takes </script> orders & more.
service orders {
  owner "sales"
  uses stock with { timeout 800ms  retry { attempts 3 } }
  uses ledger
  rpc Place() { route POST /orders  calls stock.Reserve, ledger.Book }
}
service stock { grpc 9001  owner "store"  uses goods  rpc Reserve() { idempotent } }
service ledger { grpc 9002  rpc Book() }
resource goods postgres { }
gateway public { host "x.example"  serves orders }
context selling { services [orders] }
message Odd { a: strin = 1 }
`;

async function pictureOf(source: string, previous?: LaidOut, fold?: 'all') {
  const model = await readModel([{ path: 'shop.svc', text: source }]);
  const graph = diagramOf(model, fold ? { fold } : {});
  return { data: pageDataOf(model, graph, check(model)), laidOut: await layOut(graph, { previous }) };
}

async function pageOf(source: string, fold?: 'all') {
  const { data, laidOut } = await pictureOf(source, undefined, fold);
  return { data, html: renderHtml(laidOut, data) };
}

test('the page knows of each edge all that holds on it, and where each part comes from', async () => {
  const { data } = await pageOf(text);
  const edge = data.edges.find(({ id }) => id === 'call:service:orders->service:stock')!;
  assert.deepEqual(edge.at, { file: 'shop.svc', line: 7 });
  const [call] = edge.calls;
  assert.equal(call!.title, 'orders.Place → stock.Reserve');
  assert.deepEqual(call!.parts[0], { text: 'timeout 800ms', from: 'uses' });
  assert.match(call!.parts[1]!.text, /^retry \{ attempts 3 /);
  assert.equal(edge.amplification, 3);
  assert.equal(data.edges.find(({ to }) => to === 'service:ledger')!.worst, null, 'nothing bounds it');
  assert.equal(data.nodes.find(({ id }) => id === 'service:orders')!.owner, 'sales');
});

test('each finding stands at the node that it is about, or elsewhere; an edge has those of its calls', async () => {
  const { data } = await pageOf(text);
  const rules = (of: { readonly findings: readonly { readonly rule: string }[] } | undefined) =>
    of?.findings.map(({ rule }) => rule) ?? [];
  assert.ok(rules(data.edges.find(({ to }) => to === 'service:ledger')).includes('missing-timeout'));
  assert.ok(rules(data.nodes.find(({ id }) => id === 'service:orders')).includes('missing-timeout'));
  assert.deepEqual(
    data.elsewhere.map(({ rule }) => rule),
    ['unresolved-reference'],
  );
});

test('a context that is folded up has the findings and the policies of what is in it', async () => {
  const { data } = await pageOf(text, 'all');
  const edge = data.edges.find(({ from, to }) => from === 'context:selling' && to === 'service:stock')!;
  assert.equal(edge.calls.length, 1);
  assert.ok(data.nodes.find(({ id }) => id === 'context:selling')!.findings.length > 0);
});

test('the page loads nothing, and no text of the sources ends its script', async () => {
  const { html } = await pageOf(text);
  assert.doesNotMatch(html, /(src|href)="|url\(|@import|<link/);
  assert.equal(html.match(/<\/script>/g)?.length, 2);
  assert.match(html, /Takes \\u003c\/script> orders/);
});

// ── in a browser ────────────────────────────────────────────────────────────────────────────────────────────────────

const inBrowser = { skip: noChromium, timeout: 120_000 };

async function opened(t: TestContext, before = ''): Promise<Browsed> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-page-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'shop.html');
  await writeFile(path, (await pageOf(text)).html);
  const page = await browse(t, path, { before });
  await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }] });
  return page;
}

/** Where the middle of something stands on the screen; of an edge the middle of its line. */
const middle = (page: Browsed, selector: string): Promise<{ x: number; y: number }> =>
  page.value(`(() => {
    const part = document.querySelector(${JSON.stringify(selector)});
    const line = part.querySelector('path.line');
    if (!line) { const box = part.getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; }
    const { x, y } = line.getPointAtLength(line.getTotalLength() * 0.2).matrixTransform(line.getScreenCTM());
    return { x, y };
  })()`);
const words = (page: Browsed, selector: string): Promise<string> =>
  page.value(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ''`);
const viewBoxOf = (page: Browsed): Promise<string> =>
  page.value(`document.querySelector('#picture svg').getAttribute('viewBox')`);
const chooseOption = (page: Browsed, selector: string, value: string): Promise<void> =>
  page.value(
    `(() => { const list = document.querySelector('${selector}'); list.value = '${value}'; list.dispatchEvent(new Event('change')); })()`,
  );
const stock = '[data-id="call:service:orders->service:stock"]';

test('in a browser: hover tells the policy, click the place, keys and wheel move the view', inBrowser, async (t) => {
  const page = await opened(t);
  const edge = await middle(page, stock);
  await page.move(edge.x, edge.y);
  assert.match(await words(page, '#hint'), /timeout 800ms uses\n.*retry \{ attempts 3/s);
  const node = await middle(page, '[data-id="service:stock"]');
  await page.click(node.x, node.y);
  assert.match(await words(page, '#told'), /^service stock\n+shop\.svc:9\n/);
  assert.equal(await page.value(`document.querySelector('[aria-current]').innerText`), 'service stock');
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

test('in a browser: a drag moves the picture and chooses nothing; two fingers zoom', inBrowser, async (t) => {
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
  assert.deepEqual(page.complaints, []);
});

test('in a browser: search, focus and overlays', inBrowser, async (t) => {
  const page = await opened(t);
  await page.value(`document.querySelector('#picture').focus()`);
  await page.key('/');
  for (const letter of 'stock') await page.key(letter);
  assert.match(await words(page, '#told'), /^service stock/);
  assert.equal(await words(page, '#hits'), '1 of 1');
  await page.value(`document.querySelector('#focus').click()`);
  const dim = (): Promise<string[]> =>
    page.value(`[...document.querySelectorAll('.node.dim')].map((node) => node.dataset.id).sort()`);
  assert.deepEqual(await dim(), ['gateway:public', 'service:ledger']);
  await page.value(
    `(() => { const up = document.querySelector('#up'); up.value = 2; up.dispatchEvent(new Event('input')); })()`,
  );
  assert.deepEqual(await dim(), ['service:ledger']);
  const edge = `document.querySelector('${stock}')`;
  await chooseOption(page, '#overlay', 'attempts');
  assert.ok(await page.value(`${edge}.classList.contains('heat-1')`));
  assert.equal(await page.value(`getComputedStyle(${edge}.querySelector('.line')).strokeWidth`), '2.6px');
  assert.match(await words(page, '#key'), /×11 to ×30/);
  await chooseOption(page, '#overlay', 'latency');
  assert.match(await page.value(`document.querySelector('.weir-word.heat-4').textContent`), /no bound/);
  await chooseOption(page, '#overlay', 'findings');
  assert.ok(await page.value(`document.querySelector('[data-id="service:orders"]').matches('[class*=found-]')`));
  await chooseOption(page, '#overlay', 'ownership');
  assert.equal(await words(page, '#key'), 'sales\nstore');
  await chooseOption(page, '#overlay', 'none');
  assert.equal(await page.value(`document.querySelectorAll('.weir-word,[class*=team-]').length`), 0);
  assert.deepEqual(page.complaints, []);
});

test('in a browser: the list says what the picture says, and its buttons choose by keyboard', inBrowser, async (t) => {
  const page = await opened(t);
  const list = await words(page, '#list');
  assert.match(list, /service orders, \d+ findings\n+calls ledger.*finding.*\n+calls stock: 800ms · ×3/);
  await page.value(`document.querySelector('[data-of="${stock.slice(10, -2)}"]').focus()`);
  await page.send('Input.dispatchKeyEvent', {
    type: 'keyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 13,
    text: '\r',
  });
  assert.match(await words(page, '#told'), /^call orders → stock/);
  assert.ok(await page.value(`document.querySelector('${stock}').classList.contains('chosen')`));
  assert.deepEqual(page.complaints, []);
});

test(
  'in a browser: themes follow the system or the reader, and what is exported looks the same',
  inBrowser,
  async (t) => {
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
    await chooseOption(page, '#theme', 'dark');
    const saved = (button: string): Promise<string> =>
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
    const svg = Buffer.from((await saved('#svg')).split(',')[1]!, 'base64').toString();
    assert.match(svg, /^<\?xml .*<svg [^>]*data-theme="dark"/s);
    const png = Buffer.from((await saved('#png')).split(',')[1]!, 'base64');
    assert.deepEqual(
      [...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)),
      ['P', 'N', 'G'],
    );
    const [, width] = /<svg [^>]*width="(\d+)"/.exec(svg)!;
    assert.equal(png.readUInt32BE(16), 2 * Number(width));
    assert.deepEqual(page.complaints, []);
  },
);

/** What an editor gives to a page that it shows: here it only remembers. */
const editor = `
  const told = [], state = [{ overlay: 'attempts' }];
  globalThis.acquireVsCodeApi = () => ({
    postMessage: (message) => told.push(message),
    getState: () => state.at(-1),
    setState: (kept) => state.push(kept),
  });
  globalThis.editor = { told, state };
`;

test(
  'in a browser, within an editor: clicks lead to the text, the cursor is marked, edits change what they must',
  inBrowser,
  async (t) => {
    const page = await opened(t, editor);
    assert.equal(await page.value(`document.querySelector('#overlay').value`), 'attempts', 'as it was left');
    const node = await middle(page, '[data-id="service:stock"]');
    await page.click(node.x, node.y);
    assert.deepEqual(await page.value('editor.told'), [{ type: 'reveal', at: { file: 'shop.svc', line: 9 } }]);
    const say = (message: object): Promise<void> => page.value(`postMessage(${JSON.stringify(message)}, '*')`);
    const settled = (): Promise<void> => page.value('new Promise((resolve) => setTimeout(resolve, 250))');
    await say({ type: 'cursor', at: { file: 'shop.svc', line: 10 } });
    await settled();
    assert.equal(await page.value(`document.querySelector('.cursor').dataset.id`), 'service:ledger');

    await page.value(`document.querySelector('#nearer').click()`);
    const seen = await middle(page, '[data-id="service:stock"]');
    const previous = await pictureOf(text);
    const next = await pictureOf(`${text}service newcomer { uses stock }`, previous.laidOut);
    await say({ type: 'update', svg: renderSvg(next.laidOut), data: next.data, shift: next.laidOut.shift });
    await settled();
    assert.ok(await page.value(`document.querySelector('[data-id="service:newcomer"]') !== null`));
    const after = await middle(page, '[data-id="service:stock"]');
    assert.ok(Math.hypot(after.x - seen.x, after.y - seen.y) < 1, 'the view has not jumped');
    assert.match(await words(page, '#told'), /^service stock/);
    assert.equal(await page.value(`document.querySelector('.cursor').dataset.id`), 'service:ledger');
    assert.match(await words(page, '#list'), /service newcomer/);
    assert.ok(await page.value(`document.querySelector('.edge.heat-1') !== null`));
    assert.ok(await page.value(`editor.state.at(-1).camera.scale > 0`));

    await say({ type: 'stale', stale: true });
    await settled();
    assert.match(await words(page, '#stale'), /The text is broken/);
    assert.deepEqual(page.complaints, []);
  },
);
