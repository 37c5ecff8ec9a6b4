import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browsed } from './chromium-fixture.ts';
import { placesOf } from './index.ts';
import { chooseOption, count, inBrowser, middle, opened, pictureOf, press, shop, words } from './page-fixture.ts';

const orders = '[data-id="service:orders"]';
const settled = (page: Browsed): Promise<void> => page.value('new Promise((resolve) => setTimeout(resolve, 250))');

/** Where things stand on the screen. */
const corners = (page: Browsed, ...ids: readonly string[]): Promise<string[]> =>
  page.value(`${JSON.stringify(ids)}.map((id) => {
    const { x, y } = document.querySelector('[data-id="' + id + '"]').getBoundingClientRect();
    return id + ' ' + Math.round(x) + ' ' + Math.round(y);
  })`);

const others = ['gateway:public', 'service:stock', 'service:ledger', 'resource:goods'] as const;

test(
  'in a browser: a context folds up where it stands, nothing else moves, and it unfolds as it was',
  inBrowser,
  async (t) => {
    const page = await opened(t);
    await chooseOption(page, '#overlay', 'attempts');
    const before = await corners(page, ...others, 'service:orders', 'context:selling');
    await press(page, '[data-fold="context:selling"]');
    assert.equal(await count(page, orders), 0);
    assert.deepEqual(await corners(page, ...others), before.slice(0, others.length));
    assert.match(await words(page, '#told'), /^context selling/);
    assert.ok(
      await page.value(`document.querySelector('[data-id="call:context:selling->service:stock"]').matches('.heat-2')`),
    );
    assert.match(await words(page, '#list'), /folded context selling/);
    await page.key('c');
    assert.deepEqual(await corners(page, ...others, 'service:orders', 'context:selling'), before);
    assert.deepEqual(page.complaints, []);
  },
);

test('in a browser: what is drawn folded up unfolds and makes room', inBrowser, async (t) => {
  const page = await opened(t, { wanted: 'all' });
  assert.equal(await count(page, '.node.context'), 2);
  const before = await corners(page, 'context:storing');
  await press(page, '[data-fold="context:storing"]');
  assert.equal(await count(page, '.node.context'), 1);
  assert.deepEqual(await corners(page, 'context:storing'), before, 'its corner stays where it was');
  const overlaps = await page.value(`(() => {
    const inside = ['service:stock', 'resource:goods'];
    const boxes = [...document.querySelectorAll('.node, .group')].filter((part) => !inside.includes(part.dataset.id)).map((part) => part.querySelector('.shape, .frame').getBoundingClientRect());
    return boxes.some((a, i) => boxes.slice(i + 1).some((b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
  })()`);
  assert.equal(overlaps, false);
  assert.deepEqual(page.complaints, []);
});

test('in a browser: operations come into the picture and leave it as it was', inBrowser, async (t) => {
  const page = await opened(t);
  const before = await corners(page, ...others, 'service:orders');
  assert.equal(await count(page, '.operation'), 0);
  await press(page, '#operations');
  assert.equal(await page.value(`document.querySelector('${orders} .operation').textContent`), 'PlacePOST /orders');
  assert.equal(await count(page, '.operation'), 3);
  await press(page, '#operations');
  assert.deepEqual(await corners(page, ...others, 'service:orders'), before);
  assert.deepEqual(page.complaints, []);
});

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
    const page = await opened(t, { before: editor });
    assert.equal(await page.value(`document.querySelector('#overlay').value`), 'attempts', 'as it was left');
    const node = await middle(page, '[data-id="service:stock"]');
    await page.click(node.x, node.y);
    assert.deepEqual(await page.value('editor.told'), [{ type: 'reveal', at: { file: 'shop.svc', line: 10 } }]);
    const say = (message: object): Promise<void> => page.value(`postMessage(${JSON.stringify(message)}, '*')`);
    await say({ type: 'cursor', at: { file: 'shop.svc', line: 15 } });
    await settled(page);
    assert.equal(await page.value(`document.querySelector('.cursor').dataset.id`), 'service:ledger');

    await press(page, '#nearer');
    const seen = await corners(page, ...others);
    const previous = await pictureOf(shop);
    const next = await pictureOf(`${shop}service newcomer { uses stock }`, previous.laidOut);
    await say({ type: 'update', data: next.data, places: placesOf(next.laidOut), shift: next.laidOut.shift });
    await settled(page);
    assert.equal(await count(page, '[data-id="service:newcomer"]'), 1);
    assert.deepEqual(await corners(page, ...others), seen, 'the view has not jumped');
    assert.match(await words(page, '#told'), /^service stock/);
    assert.equal(await page.value(`document.querySelector('.cursor').dataset.id`), 'service:ledger');
    assert.match(await words(page, '#list'), /service newcomer/);
    assert.equal(await count(page, '.edge.heat-2'), 1);
    assert.ok(await page.value(`editor.state.at(-1).camera.scale > 0`));

    await press(page, '[data-fold="context:selling"]');
    await say({ type: 'cursor', at: { file: 'shop.svc', line: 3 } });
    await settled(page);
    assert.equal(
      await page.value(`document.querySelector('.cursor').dataset.id`),
      'context:selling',
      'where it is inside',
    );
    const last = await pictureOf(`${shop}service another { uses stock }`, next.laidOut);
    await say({ type: 'update', data: last.data, places: placesOf(last.laidOut), shift: last.laidOut.shift });
    await settled(page);
    assert.equal(await count(page, '.node.context'), 1, 'what the reader folded up stays so');

    await say({ type: 'stale', stale: true });
    await settled(page);
    assert.match(await words(page, '#stale'), /The text is broken/);
    await press(page, '#svg');
    await settled(page);
    const [{ type, name, content }] =
      await page.value<[{ type: string; name: string; content: string }]>('editor.told.slice(-1)');
    assert.deepEqual([type, name], ['save', 'System.svg']);
    assert.match(Buffer.from(content, 'base64').toString(), /^<\?xml/);
    assert.deepEqual(page.complaints, []);
  },
);

test('in a browser: a layout that was given up says so', inBrowser, async (t) => {
  const page = await opened(t, { before: editor });
  const { data, laidOut } = await pictureOf(shop);
  const message = { type: 'update', data, places: { ...placesOf(laidOut), simple: true }, shift: { x: 0, y: 0 } };
  await page.value(`postMessage(${JSON.stringify(message)}, '*')`);
  await settled(page);
  assert.match(await words(page, '#simple'), /simpler/);
  assert.deepEqual(page.complaints, []);
});
