import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Arc, acyclic, greedyOrder } from './acyclic.ts';

const nodes = ['a', 'b', 'c', 'd', 'e', 'f'];
const arcs = fc.array(
  fc.record({ from: fc.constantFrom(...nodes), to: fc.constantFrom(...nodes), weight: fc.integer({ min: 1, max: 5 }) }),
  { maxLength: 20 },
);

const backward = (order: readonly string[], all: readonly Arc[]): number =>
  all.reduce((sum, { from, to, weight }) => sum + (order.indexOf(from) > order.indexOf(to) ? weight : 0), 0);

test('without circles nothing points back', () => {
  const chain: Arc[] = [
    { from: 'c', to: 'a', weight: 1 },
    { from: 'a', to: 'b', weight: 1 },
    { from: 'c', to: 'b', weight: 1 },
  ];
  assert.deepEqual(greedyOrder(['a', 'b', 'c'], chain), ['c', 'a', 'b']);
});

test('of a circle the lightest arc points back', () => {
  const circle: Arc[] = [
    { from: 'a', to: 'b', weight: 4 },
    { from: 'b', to: 'a', weight: 1 },
  ];
  assert.deepEqual(greedyOrder(['b', 'a'], circle), ['a', 'b']);
});

test('what is turned round has no circles left', () => {
  fc.assert(
    fc.property(arcs, (all) => {
      const order = greedyOrder(nodes, all);
      assert.deepEqual([...order].sort(), nodes);
      const turned = acyclic(nodes, all);
      assert.equal(turned.length, all.filter(({ from, to }) => from !== to).length);
      assert.equal(backward(order, turned), 0);
    }),
  );
});
