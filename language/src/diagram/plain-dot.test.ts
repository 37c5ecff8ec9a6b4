import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainLayout } from './index.ts';
import { graphOf, source } from './picture-fixture.ts';
import { plainDot } from './plain-dot.ts';
import { randomFrom, system } from './random-graph-fixture.ts';
import { assertSound } from './sound-fixture.ts';

const gaps = { between: 40, ranks: 64 };

test('what leads somewhere stands left of it, and nothing stands on anything else, whatever the graph', () => {
  const graphs = fc.integer({ min: 1, max: 12 }).chain((size) =>
    fc.tuple(
      fc.array(fc.record({ width: fc.integer({ min: 10, max: 300 }), height: fc.integer({ min: 10, max: 200 }) }), {
        minLength: size,
        maxLength: size,
      }),
      fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 20 }),
    ),
  );
  fc.assert(
    fc.property(graphs, ([sizes, pairs]) => {
      const nodes = sizes.map((size, i) => ({ id: `n${i}`, ...size }));
      const edges = pairs.filter(([a, b]) => a < b).map(([a, b]) => ({ from: `n${a}`, to: `n${b}`, weight: 1 }));
      const at = plainDot(nodes, edges, gaps);
      for (const { from, to } of edges) assert.ok(at.get(from)!.x < at.get(to)!.x);
      for (const [i, a] of nodes.entries())
        for (const b of nodes.slice(i + 1)) {
          const [p, q] = [at.get(a.id)!, at.get(b.id)!];
          const beside = Math.abs(p.x - q.x) >= (a.width + b.width) / 2 - 1;
          assert.ok(beside || Math.abs(p.y - q.y) >= (a.height + b.height) / 2 - 1, `${a.id} on ${b.id}`);
        }
    }),
  );
});

test('a picture without Graphviz is sound as well, and the same each time', async () => {
  for (const name of ['shop.svc', 'bookshop.svc']) {
    const graph = await graphOf(source(name));
    const laidOut = plainLayout(graph);
    assertSound(laidOut);
    assert.deepEqual(plainLayout(graph), laidOut);
  }
});

test('contexts that would be one strip stand in rows, and the picture fits a screen', () => {
  const { width, height, groups } = plainLayout(system(120, true, randomFrom(3)));
  assert.ok(width / height < 3 && height / width < 3, `${width} by ${height}`);
  assert.ok(new Set(groups.map(({ y }) => y)).size > 2);
});
