import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Box, bottom, right } from './geometry.ts';
import { type LaidOut, layOut, loadLayout, renderSvg } from './index.ts';
import { graphOf, laidOut, source } from './picture-fixture.ts';
import { assertSound, pieces, trespassers } from './sound-fixture.ts';

/** Edges that lie on each other for more than a corner. */
function coincidences({ edges }: LaidOut): string[] {
  const lines = edges.flatMap(({ edge, points }) => pieces(points).map(([a, b]) => ({ edge: edge.id, a, b })));
  return lines.flatMap((one, i) =>
    lines.slice(i + 1).flatMap((other) => {
      if (one.edge === other.edge) return [];
      const shared = (['x', 'y'] as const).some((side) => {
        const along = side === 'x' ? 'y' : 'x';
        if (one.a[side] !== one.b[side] || other.a[side] !== other.b[side]) return false;
        if (Math.abs(one.a[side] - other.a[side]) > 1) return false;
        const low = Math.max(Math.min(one.a[along], one.b[along]), Math.min(other.a[along], other.b[along]));
        const high = Math.min(Math.max(one.a[along], one.b[along]), Math.max(other.a[along], other.b[along]));
        return high - low > 8;
      });
      return shared ? [`${one.edge} on ${other.edge}`] : [];
    }),
  );
}

for (const name of ['bookshop.svc', 'shop.svc']) {
  test(`${name}: nothing overlaps, every edge is drawn round the nodes, every label has a place`, async () => {
    const picture = await laidOut(source(name));
    assertSound(picture);
    assert.deepEqual(trespassers(picture), []);
    assert.deepEqual(coincidences(picture), []);
    for (const { edge, label } of picture.edges)
      assert.equal(label !== undefined, Boolean(edge.label ?? edge.transport));
  });
}

test('calls run from left to right, data stands below its service, brokers below everything', async () => {
  const { nodes, groups } = await laidOut(source('bookshop.svc'));
  const box = (id: string): Box => nodes.find(({ node }) => node.id === id)!;
  assert.ok(right(box('gateway:books.public')) < box('service:books.orders').x);
  assert.ok(right(box('service:books.orders')) < box('service:books.shelves').x);
  assert.ok(bottom(box('service:books.orders')) < box('resource:books.ordersDb').y);
  const bus = groups.find(({ group }) => group.kind === 'broker')!;
  for (const { node, ...placed } of nodes) if (node.kind !== 'event') assert.ok(bottom(placed) < bus.y);
});

test('an edge between two nodes on one height is a straight line', async () => {
  const { edges } = await laidOut('service a { uses b }  service b { grpc 1 }');
  assert.equal(edges[0]!.points.length, 2);
});

test('an edge to itself leaves and comes back; two edges between the same two keep apart', async () => {
  const picture = await laidOut(`
    service a { grpc 1  rpc X() { calls b.Y, a.Z }  rpc Z() }
    service b { grpc 2  rpc Y() { calls a.X } }`);
  assertSound(picture);
  assert.deepEqual(coincidences(picture), []);
  const loop = picture.edges.find(({ edge }) => edge.from === edge.to)!;
  assert.ok(loop.points.length >= 4);
  assert.ok(loop.label);
});

test('nothing at all has a layout, and so have a lone service, a lone event and an empty context', async () => {
  for (const text of [
    '',
    'service a { }',
    'event E { id: uuid = 1 }',
    'context c { services [] }',
    'resource b nats { }  event E on b { }',
  ]) {
    assertSound(await laidOut(text));
  }
});

test('names of any length and script fit their boxes', async () => {
  const long = 'a'.repeat(300);
  assertSound(
    await laidOut(`service ${long} { owner "${'团队'.repeat(90)}"  uses ${long}Db }  resource ${long}Db postgres { }`),
  );
});

test('a hub with sixty callers is tall enough to tell them apart', async () => {
  const callers = Array.from({ length: 60 }, (_, i) => `service c${i} { uses hub }`).join('\n');
  const picture = await laidOut(`${callers}\nservice hub { grpc 1 }`);
  assertSound(picture);
  assert.deepEqual(coincidences(picture), []);
});

test('the order of files and of declarations changes nothing, to the byte', async () => {
  // Each declaration with the comment above it.
  const declarations = source('shop.svc').split(/(?<!\n\/\/\/.*)\n(?=[a-z/])/);
  const [head, ...rest] = declarations as [string, ...string[]];
  const whole = renderSvg(await layOut(await graphOf(source('shop.svc'))));
  const load = await loadLayout();
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(rest, { minLength: rest.length }),
      fc.nat(rest.length),
      async (shuffled, cut) => {
        const files = { 'b.svc': [head, ...shuffled.slice(0, cut)], 'a.svc': [head, ...shuffled.slice(cut)] };
        const texts = Object.fromEntries(Object.entries(files).map(([path, parts]) => [path, parts.join('\n')]));
        assert.equal(renderSvg(load(await graphOf(texts))), whole);
      },
    ),
    { numRuns: 6 },
  );
});

test('three hundred services in contexts: sound, and in seconds', { timeout: 300_000 }, async () => {
  const picture = await laidOut(manyServices(300));
  assertSound(picture);
  assert.equal(picture.nodes.filter(({ node }) => node.kind === 'service').length, 300);
});

/** Services in contexts of fifteen, each calling three that come later; every tenth publishes, every seventh has a database. */
function manyServices(count: number): string {
  const services = Array.from({ length: count }, (_, i) => {
    const calls = [1, 4, 11].map((step) => i + step).filter((other) => other < count);
    return [
      `service s${i} { grpc ${i + 1}`,
      ...calls.map((other) => `  uses s${other} with { timeout 800ms }`),
      ...(i % 7 === 0 ? [`  uses db${i}`] : []),
      `  rpc Do() { ${calls.length > 0 ? `calls ${calls.map((other) => `s${other}.Do`).join(', ')}` : ''} ${i % 10 === 0 ? `publishes E${i}` : ''} }`,
      ...(i % 10 === 5 ? [`  on E${i - 5} { }`] : []),
      '}',
      ...(i % 7 === 0 ? [`resource db${i} postgres { }`] : []),
      ...(i % 10 === 0 ? [`event E${i} on bus { id: uuid = 1 }`] : []),
    ].join('\n');
  });
  const contexts = Array.from({ length: count / 15 }, (_, k) => {
    const members = Array.from({ length: 15 }, (_, i) => `s${15 * k + i}`);
    return `context c${k} { services [${members.join(', ')}] }`;
  });
  return ['resource bus kafka { }', ...services, ...contexts].join('\n');
}

/** Any system of up to nine services with all that can be between them. */
const systems = fc
  .record({
    size: fc.integer({ min: 1, max: 9 }),
    calls: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 16 }),
    publishes: fc.array(fc.tuple(fc.nat(8), fc.nat(3)), { maxLength: 6 }),
    consumes: fc.array(fc.tuple(fc.nat(8), fc.nat(3)), { maxLength: 6 }),
    uses: fc.array(fc.tuple(fc.nat(8), fc.nat(4)), { maxLength: 8 }),
    contexts: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 9, maxLength: 9 }),
    serves: fc.array(fc.nat(8), { maxLength: 4 }),
    relations: fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 3 }),
  })
  .map(({ size, calls, publishes, consumes, uses, contexts, serves, relations }) => {
    const of = <T>(pairs: readonly (readonly [number, T])[], i: number): T[] => [
      ...new Set(pairs.filter(([from]) => from % size === i).map(([, to]) => to)),
    ];
    const services = Array.from({ length: size }, (_, i) => {
      const called = [...new Set(of(calls, i).map((to) => to % size))];
      return `service s${i} { ${i % 2 ? 'http 1' : 'grpc 1'} ${called.map((to) => `uses s${to} with { timeout 1s }`).join(' ')} ${of(
        uses,
        i,
      )
        .map((to) => `uses r${to}`)
        .join(' ')}
        rpc Do() { route GET /${i} ${called.length > 0 ? `calls ${called.map((to) => `s${to}.Do`).join(', ')}` : ''} ${of(
          publishes,
          i,
        )
          .map((to) => `publishes E${to}`)
          .join(' ')} }
        ${of(consumes, i)
          .map((to) => `on E${to} { dead-letter }`)
          .join(' ')} }`;
    });
    const groups = [0, 1, 2].map(
      (k) =>
        `context c${k} { services [${contexts.flatMap((at, i) => (at === k && i < size ? [`s${i}`] : [])).join(', ')}] }`,
    );
    return [
      ...services,
      ...groups,
      ...relations.map(([from, to]) => `relation c${from} -> c${to} conformist`),
      'resource r0 redis { }  resource r1 postgres { }  resource r2 s3 { }  resource r3 kafka { }  resource r4 redis { }',
      'event E0 on r3 { }  event E1 on r3 { }  event E2 { }  event E3 on r4 { }',
      `gateway g { host "x.example"  serves ${[...new Set(serves.map((i) => `s${i % size}`))].join(', ') || 's0'} }`,
    ].join('\n');
  });

test('whatever the system: the picture is sound and no edge runs through a node', { timeout: 300_000 }, async () => {
  const load = await loadLayout();
  await fc.assert(
    fc.asyncProperty(systems, async (text) => {
      const picture = load(await graphOf(text));
      assertSound(picture);
      assert.deepEqual(trespassers(picture), []);
    }),
    { numRuns: 40 },
  );
});
