import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asDrawn, graphOf, saidOf } from './page/folded.ts';
import { laidOutOf, placesOf } from './page/places.ts';
import { pageOf, pictureOf, shop } from './page-fixture.ts';

test('the page knows of each edge all that holds on it, and where each part comes from', async () => {
  const { data } = await pageOf(shop);
  const edge = data.edges.find(({ id }) => id === 'call:service:orders->service:stock')!;
  assert.deepEqual(edge.at, { file: 'shop.svc', line: 8 });
  const [call] = edge.calls;
  assert.equal(call!.title, 'orders.Place → stock.Reserve');
  assert.deepEqual(call!.parts[0], { text: 'timeout 800ms', from: 'uses' });
  assert.match(call!.parts[1]!.text, /^retry \{ attempts 3 /);
  assert.equal(edge.amplification, 6);
  assert.equal(data.edges.find(({ to }) => to === 'service:ledger')!.worst, null, 'nothing bounds it');
  assert.equal(data.nodes.find(({ id }) => id === 'service:orders')!.owner, 'sales');
});

test('it knows what is promised, what is possible, and what is asked of each against what is let through', async () => {
  const { data } = await pageOf(shop);
  const node = (name: string) => data.nodes.find((one) => one.name === name)!;
  assert.deepEqual(node('orders').availability, { promised: 99.9, possible: 99.5 });
  assert.deepEqual(node('stock').availability, { promised: 99.5 });
  assert.deepEqual(node('orders').latency, { promised: 500, percentile: 99, needed: 800 });
  assert.deepEqual(node('stock').demand, { rate: 200, atLeast: false, limit: 150 });
  const edge = data.edges.find(({ to }) => to === 'service:stock')!;
  assert.deepEqual(edge.availability, { hard: true, promised: 99.9, possible: 99.5 });
  assert.deepEqual(edge.demand, { rate: 200, atLeast: false });
  assert.deepEqual(node('orders').operations, ['Place · POST /orders']);
});

test('each finding stands at the node that it is about, or elsewhere; an edge has those of its calls', async () => {
  const { data } = await pageOf(shop);
  const rules = (of: { readonly findings: readonly { readonly rule: string }[] } | undefined) =>
    of?.findings.map(({ rule }) => rule) ?? [];
  assert.ok(rules(data.edges.find(({ to }) => to === 'service:ledger')).includes('missing-timeout'));
  assert.ok(rules(data.nodes.find(({ id }) => id === 'service:orders')).includes('missing-timeout'));
  assert.deepEqual(
    data.elsewhere.map(({ rule }) => rule),
    ['unresolved-reference'],
  );
});

test('a context that is folded up has the findings, the figures and the policies of what is in it', async () => {
  const { data } = await pictureOf(shop);
  const graph = graphOf(data, { folded: new Set(['context:selling']), operations: false });
  const said = saidOf(data, graph);
  const edge = said.edges.find(({ from, to }) => from === 'context:selling' && to === 'service:stock')!;
  assert.equal(edge.calls.length, 1);
  assert.equal(edge.amplification, 6);
  const context = said.nodes.find(({ id }) => id === 'context:selling')!;
  assert.ok(context.findings.length > 0);
  assert.deepEqual([context.worst, context.latency?.needed], [null, 800]);
  assert.deepEqual(
    said.groups.map(({ id }) => id),
    ['context:storing'],
  );
});

test('the places that the page gets are the layout again', async () => {
  for (const wanted of [[], 'all'] as const) {
    const { data, laidOut } = await pictureOf(shop, undefined, wanted);
    const places = JSON.parse(JSON.stringify(placesOf(laidOut)));
    const again = laidOutOf(graphOf(data, asDrawn({ data, places })), places);
    const boxes = ({ nodes, groups, edges, width, height }: typeof laidOut) => ({
      nodes: nodes.map(({ node, x, y, width, slot }) => [node.id, x, y, width, slot]),
      groups: groups.map(({ group, x, y, width }) => [group.id, x, y, width]),
      edges: edges.map(({ edge, points, label }) => [edge.id, points, label]),
      size: [width, height],
    });
    assert.deepEqual(boxes(again), boxes(laidOut));
  }
});

test('the page loads nothing, and no text of the sources ends its script', async () => {
  const { html } = await pageOf(shop);
  assert.doesNotMatch(html.replaceAll('http://www.w3.org/2000/svg', ''), /(src|href)="|url\(|@import|<link|https?:/);
  assert.equal(html.match(/<\/script>/g)?.length, 3);
  assert.match(html, /Takes \\u003c\/script> orders/);
});
