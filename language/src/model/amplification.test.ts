import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { amplifications, amplificationThrough, callsOver } from './amplification.ts';
import { type CallEdge, callGraph } from './call-graph.ts';
import { isPartOfLoop, modelOf, simplePaths, systems } from './random-system-fixture.ts';

const text = ({ from, to }: CallEdge): string => `${from.id}→${to.id}`;

test('the product of attempts and times along a path', async () => {
  const model = await modelOf(`
    service a { uses b with { retry { attempts 3 } }  rpc X() { calls b.X * 2 } }
    service b { uses c  rpc X() { calls c.X } }
    service c { uses d with { retry { attempts 2 } }  rpc X() { calls d.X } }
    service d { rpc X() }`);
  const [found, ...others] = amplifications(model, { above: 10, most: 20 });
  assert.deepEqual([found?.weight, found?.hops.map(text), others], [12, ['a.X→b.X', 'b.X→c.X', 'c.X→d.X'], []]);
  assert.deepEqual(amplifications(model, { above: 12, most: 20 }), []);
  const [, middle] = callGraph(model).edges;
  assert.equal(amplificationThrough(model, middle as CallEdge).product, 12);
});

test('an operation that calls itself is passed over, what it calls is not', async () => {
  const model = await modelOf(`
    service a { uses b  rpc X() { calls b.X * 4 } }
    service b { uses b with { retry { attempts 9 } }, c  rpc X() { calls b.X, c.X * 3 } }
    service c { rpc X() }`);
  const [found] = amplifications(model, { above: 10, most: 20 });
  assert.deepEqual([found?.weight, found?.hops.map(text)], [12, ['a.X→b.X', 'b.X→c.X']]);
});

test('of a long path the first hop is kept and the last ones; a product too large for a number is above every limit', async () => {
  const services = Array.from(
    { length: 3000 },
    (_, i) => `service s${i} { uses s${i + 1} with { retry { } }  rpc X() { calls s${i + 1}.X } }`,
  );
  const model = await modelOf([...services, 'service s3000 { rpc X() }'].join('\n'));
  const [found, ...others] = amplifications(model, { above: 1e300, most: 3 });
  assert.deepEqual(
    [found?.weight, found?.hops.map(text), found?.omitted, others],
    [Number.POSITIVE_INFINITY, ['s0.X→s1.X', 's2998.X→s2999.X', 's2999.X→s3000.X'], 2997, []],
  );
});

/** What a path is multiplied by when loops count once. */
const productOf = (path: readonly CallEdge[]): number =>
  path.reduce((product, edge) => product * (isPartOfLoop(edge) ? 1 : callsOver(edge)), 1);

test('what dynamic programming finds is what looking at every path finds', async () => {
  await fc.assert(
    fc.asyncProperty(systems, fc.constantFrom(1, 2, 5, 10), async (source, above) => {
      const model = await modelOf(source);
      const graph = callGraph(model);
      const paths = [...simplePaths(graph)].map((path) => ({ path, product: productOf(path) }));
      for (const edge of graph.edges) {
        if (isPartOfLoop(edge)) continue;
        const over = paths.filter(({ path }) => path.includes(edge)).map(({ product }) => product);
        const { product, hops } = amplificationThrough(model, edge);
        assert.equal(product, Math.max(...over));
        assert.equal(productOf(hops), product);
      }
      const found = amplifications(model, { above, most: 100 });
      const tooMuch = paths.filter(({ product }) => product > above);
      assert.equal(
        Math.max(1, ...found.map(({ weight }) => weight)),
        Math.max(1, ...tooMuch.map(({ product }) => product)),
      );
      for (const { weight, hops } of found) {
        assert.equal(productOf(hops), weight);
        assert.ok(callsOver(hops[0] as CallEdge) > 1 && callsOver(hops.at(-1) as CallEdge) > 1);
      }
      assert.equal(new Set(found.map(({ hops }) => hops[0])).size, found.length, 'one for each first hop');
      const ends = new Set(tooMuch.map(({ path }) => path.findLast((edge) => productOf([edge]) > 1)));
      const last = [...ends].filter(
        (end) => !paths.some(({ path, product }) => path[0] === end && product > productOf([end as CallEdge])),
      );
      assert.equal(
        found.reduce((sum, { others }) => sum + 1 + others, 0),
        last.length,
        'each end is counted once',
      );
    }),
    { numRuns: 300 },
  );
});
