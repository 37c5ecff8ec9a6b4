import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor } from '../client-fixture.ts';
import type { TopologyResult } from './topology.ts';

const text = `package shop
service orders {
  uses stock with { timeout 800ms }
  rpc Place() { calls stock.Reserve }
}
service stock { grpc 9001  rpc Reserve() { idempotent } }
`;

async function opened(t: Parameters<typeof scratch>[0]) {
  const { root } = await scratch(t, { 'weir.json': '{}', 'shop.svc': text });
  const editor = await Editor.start(t, root);
  await editor.open('shop.svc', text);
  const told: string[] = [];
  let wake = (): void => {};
  editor.connection.onNotification('weir/topologyChanged', ({ uri }: { uri: string }) => {
    told.push(uri);
    wake();
  });
  const ask = (params: object = {}): Promise<TopologyResult | null> =>
    editor.connection.sendRequest('weir/topology', { textDocument: { uri: editor.uri('shop.svc') }, ...params });
  /** Changes the text and waits until another picture is announced. */
  const edit = async (next: string): Promise<void> => {
    const heard = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await editor.change('shop.svc', next);
    await heard;
  };
  return { editor, ask, edit, told };
}

const without = (result: TopologyResult | null): object => {
  const { page: _, ...rest } = result!;
  return rest;
};

test('the first answer is a page; then one is told of changes, and gets what is new', async (t) => {
  const { editor, ask, edit, told } = await opened(t);
  const first = await ask({ nonce: 'abc' });
  assert.match(first!.page!, /script-src 'nonce-abc'.*<script nonce="abc">/s);
  assert.deepEqual(first!.files, { 'shop.svc': editor.uri('shop.svc') });
  assert.deepEqual(await ask({ shown: first!.key }), without(first), 'nothing is new');
  await edit(`${text}service newcomer { grpc 9100  uses orders }\n`);
  assert.deepEqual(told, [editor.uri('shop.svc')]);
  const next = await ask({ shown: first!.key });
  assert.notEqual(next!.key, first!.key);
  assert.equal(next!.page, undefined);
  const { data, places } = next!.update!;
  assert.deepEqual(
    data.nodes.map(({ name }) => name),
    ['newcomer', 'orders', 'stock'],
  );
  const [, before] = /id="places">(.*?)<\/script>/s.exec(first!.page!)!;
  assert.deepEqual(places.nodes.slice(1), JSON.parse(before!).nodes, 'the others stay where they were');
});

test('a line above moves places, and the page learns of it', async (t) => {
  const { ask, edit } = await opened(t);
  const first = await ask();
  await edit(text.replace('service orders', '\nservice orders'));
  const next = await ask({ shown: first!.key });
  assert.equal(next!.update!.data.nodes.find(({ name }) => name === 'orders')!.at.line, 3);
});

test('while the text is broken the last picture stays, and says so', async (t) => {
  const { ask, edit } = await opened(t);
  const first = await ask();
  assert.equal(first!.stale, false);
  await edit(text.replace('service stock {', 'service stock'));
  const broken = await ask({ shown: first!.key });
  assert.deepEqual([broken!.key, broken!.stale, broken!.update], [first!.key, true, undefined]);
  await edit(text);
  assert.deepEqual(await ask({ shown: first!.key }), without(first));
});
