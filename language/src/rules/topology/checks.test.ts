import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loopsOf } from '../../model/loops.ts';
import { check } from '../check-fixture.ts';

test('undeclared-dependency: `calls` names what `uses` does not', async () => {
  await check(
    'undeclared-dependency',
    'service a {\n  uses b\n  rpc X() { calls [|c.Y|], c.Z & b.V }\n}\nservice b { rpc V() }\nservice c { rpc Y() rpc Z() }',
    {
      message: /^`a` calls `c`, which its `uses` does not name \(1 more call below\)$/,
      related: ['c.Z'],
      fixed:
        'service a {\n  uses b\n  uses c\n  rpc X() { calls c.Y, c.Z & b.V }\n}\nservice b { rpc V() }\nservice c { rpc Y() rpc Z() }',
    },
  );
  await check(
    'undeclared-dependency',
    'service a {\n  grpc 1\n\n  rpc X() { calls [|c.Y|] }\n}\nservice c { rpc Y() }',
    {
      fixed: 'service a {\n  grpc 1\n\n  uses c\n\n  rpc X() { calls c.Y }\n}\nservice c { rpc Y() }',
    },
  );
  await check(
    'undeclared-dependency',
    'service a { uses b with { timeout 1s } on E { calls [|c.Y|] } } service b { } service c { rpc Y() } event E { }',
  );
  await check('undeclared-dependency', 'service a { rpc X() { calls [|e.Y|] } } external e { rpc Y() }');
  await check('undeclared-dependency', {
    'p.svc': 'package p service c { rpc Y() }',
    'q.svc': 'package q import p service a {\n  rpc X() { calls [|c.Y|], [|p.d.Y|] }\n}',
    'r.svc': 'package p service d { rpc Y() }',
  });
});

test('undeclared-dependency: one finding for each missing service', async () => {
  await check(
    'undeclared-dependency',
    'service a { rpc X() { calls [|c.Y|] } rpc Z() { calls c.Y, [|d.Y|] } } service c { rpc Y() } service d { rpc Y() }',
  );
});

test('undeclared-dependency: declared, its own, or unknown', async () => {
  await check(
    'undeclared-dependency',
    'service a { uses b, c rpc X() { calls b.Y, c.Y } } service b { rpc Y() } service c { rpc Y() }',
  );
  await check('undeclared-dependency', 'service a { rpc X() { calls a.Y } rpc Y() }');
  await check('undeclared-dependency', 'service a { rpc X() { calls nobody.Y } }');
});

const chain = (calls: Readonly<Record<string, string>>): string =>
  Object.entries(calls)
    .map(([name, target]) => `service ${name} { rpc X() { ${target === '' ? '' : `calls ${target}`} } }`)
    .join('\n');

test('call-cycle: a loop, at its first call, hop by hop', async () => {
  await check('call-cycle', chain({ a: '[|b.X|]', b: 'c.X', c: 'a.X' }), {
    message: /^one request to `a.X` comes back to it \(a.X → b.X → c.X → a.X\) and may call without end$/,
    related: ['c.X', 'a.X'],
  });
  await check('call-cycle', chain({ a: '[|a.X|]' }), { message: /^`a.X` calls itself/ });
  // The loop begins at the first of its own members, not where a way leads into it.
  await check('call-cycle', chain({ a: 'b.X', b: '[|c.X|]', c: 'b.X' }));
  await check('call-cycle', { 'b.svc': chain({ b: 'a.X' }), 'a.svc': chain({ a: '[|b.X|]' }) });
});

test('call-cycle: loops that share an operation are told apart', async () => {
  await check('call-cycle', chain({ a: '[|b.X|], [|c.X|]', b: 'a.X', c: 'a.X' }));
  await check('call-cycle', chain({ a: '[|b.X|]', b: 'c.X, a.X', c: 'a.X' }), { message: /a.X → b.X → a.X/ });
  await check('call-cycle', chain({ a: '[|b.X|]', b: 'a.X', c: '[|d.X|]', d: 'c.X' }));
});

test('call-cycle: allowed at any of its calls', async () => {
  const allow = '@allow(call-cycle, "as deep as the tree")';
  await check('call-cycle', chain({ a: `${allow} b.X`, b: 'a.X' }));
  await check('call-cycle', chain({ a: 'b.X', b: `${allow} a.X` }));
});

test('call-cycle: diamonds, services that call each other, and events', async () => {
  await check('call-cycle', chain({ a: 'b.X & c.X', b: 'd.X', c: 'd.X', d: '' }));
  await check('call-cycle', 'service a { rpc X() { calls b.X } rpc Y() } service b { rpc X() { calls a.Y } }');
  await check(
    'call-cycle',
    'service a { rpc X() { calls b.X } } service b { rpc X() { publishes E } } service c { on E { calls a.X } } event E { }',
  );
});

test('without the first step of each loop nothing leads back to itself', () => {
  const graphs = fc
    .integer({ min: 1, max: 7 })
    .chain((size) => fc.array(fc.array(fc.nat(size - 1), { maxLength: 2 }), { minLength: size, maxLength: size }));
  fc.assert(
    fc.property(graphs, (graph) => {
      const nodes = graph.map((_, i) => i);
      const loops = loopsOf(
        nodes,
        (node) => graph[node] ?? [],
        (a, b) => a - b,
      );
      for (const loop of loops) {
        assert.equal(loop[0], Math.min(...loop), 'a loop begins at its first member');
        for (const [i, node] of loop.entries()) assert.ok(graph[node]?.includes(loop[i + 1] ?? (loop[0] as number)));
      }
      const cut = new Set(loops.map((loop) => `${loop[0]}>${loop[1] ?? loop[0]}`));
      const left = graph.map((next, i) => next.filter((other) => !cut.has(`${i}>${other}`)));
      assert.deepEqual(
        loopsOf(
          nodes,
          (node) => left[node] ?? [],
          (a, b) => a - b,
        ),
        [],
      );
    }),
    { numRuns: 500 },
  );
});

test('a chain of any length is followed without recursion', () => {
  const length = 200_000;
  const nodes = Array.from({ length }, (_, i) => i);
  const [loop] = loopsOf(
    nodes,
    (node) => [(node + 1) % length],
    (a, b) => a - b,
  );
  assert.equal(loop?.length, length);
});
