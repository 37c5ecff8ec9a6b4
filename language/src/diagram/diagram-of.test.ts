import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphOf, source } from './picture-fixture.ts';

const edge = async (text: string, id: string) => (await graphOf(text)).edges.find((candidate) => candidate.id === id);

test('services, resources, externals, events and gateways are nodes, contexts and brokers are groups', async () => {
  const { title, subtitle, nodes, groups } = await graphOf(source('bookshop.svc'));
  assert.equal(title, 'bookshop');
  assert.equal(subtitle, '3 services · 4 resources · 1 event · 1 external · 2 contexts');
  assert.deepEqual(
    nodes.map(({ id, kind, group }) => [id, kind, group]),
    [
      ['event:books.OrderPlaced', 'event', 'resource:books.bus'],
      ['external:books.bank', 'external', undefined],
      ['gateway:books.public', 'gateway', undefined],
      ['resource:books.mailbox', 'cache', undefined],
      ['resource:books.ordersDb', 'database', 'context:books.selling'],
      ['resource:books.shelvesDb', 'database', 'context:books.reading'],
      ['service:books.letters', 'service', undefined],
      ['service:books.orders', 'service', 'context:books.selling'],
      ['service:books.shelves', 'service', 'context:books.reading'],
    ],
  );
  assert.deepEqual(
    groups.map(({ id, kind, subtitle }) => [id, kind, subtitle]),
    [
      ['context:books.reading', 'context', undefined],
      ['context:books.selling', 'context', undefined],
      ['resource:books.bus', 'broker', 'nats 2.10'],
    ],
  );
});

test('a node says what one wants to know of it', async () => {
  const { nodes } = await graphOf(source('bookshop.svc'));
  const shelves = nodes.find(({ id }) => id === 'service:books.shelves')!;
  assert.deepEqual(shelves.lines, ['v1.0.0 · reading-room', '1 operation']);
  assert.deepEqual(shelves.badges, ['gRPC 9001']);
  assert.equal(shelves.docs, 'What there is to read.');
  assert.deepEqual([shelves.at.file, shelves.at.start.line], ['shop.svc', 12]);
  assert.deepEqual(nodes.find(({ id }) => id === 'resource:books.ordersDb')!.lines, ['postgres 16 · 20Gi']);
  assert.deepEqual(nodes.find(({ id }) => id === 'external:books.bank')!.lines, ['bank.example', '99.9%']);
  assert.deepEqual(nodes.find(({ id }) => id === 'gateway:books.public')!.lines, ['books.example', 'TLS']);
});

test('each edge carries its transport and its policy in short', async () => {
  const { edges } = await graphOf(source('bookshop.svc'));
  assert.deepEqual(
    edges.map(({ id, transport, label }) => [id.replaceAll('books.', ''), transport, label]),
    [
      ['call:service:orders->external:bank', 'HTTP', '2s · breaker'],
      ['call:service:orders->service:shelves', 'gRPC', '800ms · ×3 · breaker'],
      ['consume:event:OrderPlaced->service:letters', undefined, '×5 · dead-letter'],
      ['publish:service:orders->event:OrderPlaced', undefined, 'outbox'],
      ['relation:context:selling->context:reading', undefined, 'conformist'],
      ['serve:gateway:public->service:orders', 'HTTP', '1 route'],
      ['use:service:letters->resource:mailbox', undefined, undefined],
      ['use:service:orders->resource:ordersDb', undefined, undefined],
      ['use:service:shelves->resource:shelvesDb', undefined, undefined],
    ],
  );
  assert.deepEqual(edges[1]!.details, [
    'Order → Find: timeout 800ms, retry 3 attempts 25ms..400ms, breaker 50% of 20 within 10s, open 5s',
  ]);
});

test('calls of one service to another are one edge, with ranges where their policies differ', async () => {
  const text = `
    policy careful { timeout 800ms  retry { attempts 4 } }
    service a { uses b with careful
      rpc One() { calls b.X with { timeout 300ms  retry none }, b.Y * 3 }
    }
    service b { http 80  rpc X()  rpc Y() }`;
  const call = await edge(text, 'call:service:a->service:b');
  assert.equal(call?.transport, 'HTTP');
  assert.equal(call?.label, '300–800ms · ×1–4');
  assert.equal(call?.details.length, 2);
  assert.match(call?.details[1] ?? '', /^One → Y \(up to 3 times\): timeout 800ms, retry 4 attempts/);
});

test('what is used and never called is drawn too, with what `uses` says', async () => {
  const text = 'service a { uses b with { timeout 1500ms } }  service b { }';
  const use = await edge(text, 'call:service:a->service:b');
  assert.equal(use?.label, '1.5s');
  assert.deepEqual(use?.details, ['uses b; nothing calls it']);
});

test('a call that nobody declared in `uses` is drawn all the same', async () => {
  assert.ok(await edge('service a { rpc X() { calls b.Y } }  service b { rpc Y() }', 'call:service:a->service:b'));
});

test('a service that publishes over a broker needs no second arrow to it; one that only uses it does', async () => {
  const { edges } = await graphOf(`
    event E on bus { id: uuid = 1 }  resource bus kafka { version 3 }
    service loud  { uses bus  rpc Say() { publishes E } }
    service quiet { uses bus }`);
  assert.deepEqual(
    edges.map(({ id }) => id),
    ['publish:service:loud->event:E', 'use:service:quiet->resource:bus'],
  );
});

test('a resource stands with its owner, or with the only context that uses it, or in the open', async () => {
  const { nodes } = await graphOf(`
    service a { uses mine, ours, open }  service b { uses ours }  service c { uses open }
    resource mine postgres { owner c }  resource ours redis { }  resource open s3 { }
    context left { services [a, b] }  context right { services [c] }`);
  const groups = Object.fromEntries(nodes.map(({ id, group }) => [id, group]));
  assert.equal(groups['resource:mine'], 'context:right');
  assert.equal(groups['resource:ours'], 'context:left');
  assert.equal(groups['resource:open'], undefined);
});

test('a gateway that serves one operation counts that one; policies of the gateway stand in it', async () => {
  const { nodes, edges } = await graphOf(`
    policy edge { limit { rate 200/s  burst 400 } }
    service a { http 80  rpc X() { route GET /x  route GET /y }  rpc Z() { route GET /z } }
    gateway all { host "a.example"  serves a  apply edge }
    gateway one { host "b.example"  serves a.X }`);
  assert.deepEqual(
    edges.map(({ from, label, details }) => [from, label, details.length]),
    [
      ['gateway:all', '3 routes', 3],
      ['gateway:one', '2 routes', 2],
    ],
  );
  assert.deepEqual(nodes[0]!.lines, ['a.example', '200/s']);
});

test('an operation may be called in a circle, and a service may call itself', async () => {
  const { edges } = await graphOf(`
    service a { rpc X() { calls b.Y, a.Z }  rpc Z() }
    service b { rpc Y() { calls a.X } }`);
  assert.deepEqual(
    edges.map(({ from, to }) => `${from} ${to}`),
    ['service:a service:a', 'service:a service:b', 'service:b service:a'],
  );
});

test('of broken text the part is drawn that could be read', async () => {
  const { nodes, edges } = await graphOf(`
    service a { uses nobody, b with nothing  rpc X() { calls nobody.Y, b.Missing, b. } on Nothing { } publishes }
    service b { rpc Y( -> }
    context c { services [a, nobody] }  relation c -> d conformist  gateway g { serves nobody, a }`);
  assert.deepEqual(
    nodes.map(({ id }) => id).filter((id) => id.startsWith('service:')),
    ['service:a', 'service:b'],
  );
  assert.ok(edges.every(({ from, to }) => from !== undefined && to !== undefined));
});

test('of two declarations with one name, one is drawn', async () => {
  const { nodes } = await graphOf('service a { http 1 }  service a { http 2 }  resource a redis { }');
  assert.deepEqual(
    nodes.map(({ id, badges }) => [id, badges]),
    [
      ['resource:a', []],
      ['service:a', ['HTTP 1']],
    ],
  );
});

test('contexts fold into one node each', async () => {
  const { nodes, groups, edges } = await graphOf(source('bookshop.svc'), { fold: ['books.selling'] });
  const folded = nodes.find(({ kind }) => kind === 'context');
  assert.deepEqual([folded?.id, folded?.lines], ['context:books.selling', ['1 service · 1 resource']]);
  assert.deepEqual(
    groups.map(({ id }) => id),
    ['context:books.reading', 'resource:books.bus'],
  );
  assert.ok(edges.some(({ id }) => id === 'call:context:books.selling->service:books.shelves'));
  assert.ok(!edges.some(({ from, to }) => from.includes('orders') || to.includes('orders')));
});

test('above 500 nodes contexts fold by themselves', async () => {
  const services = Array.from({ length: 501 }, (_, i) => `s${i}`);
  const text = `${services.map((name) => `service ${name} { }`).join('\n')}\ncontext all { services [${services.join(', ')}] }`;
  assert.equal((await graphOf(text)).nodes.length, 1);
  assert.equal((await graphOf(text, { fold: [] })).nodes.length, 501);
});
