import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { between, type Camera, fitted, panned, viewBox, zoomed } from './page/camera.ts';
import { heatOfAmplification, heatOfWorst, timesText, worstText } from './page/heat.ts';
import { reach } from './page/reach.ts';
import { found } from './page/search.ts';

const number = fc.double({ min: -1e4, max: 1e4, noNaN: true });
const cameras = fc.record({ x: number, y: number, scale: fc.double({ min: 0.02, max: 6, noNaN: true }) });
/** Which point of the picture is at a point of the screen. */
const under = ({ x, y, scale }: Camera, at: { x: number; y: number }) => [x + at.x / scale, y + at.y / scale];

test('what is under the pointer stays under it, however one zooms', () => {
  fc.assert(
    fc.property(
      cameras,
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      fc.record({ x: number, y: number }),
      (camera, by, at) => {
        const [before, after] = [under(camera, at), under(zoomed(camera, by, at), at)];
        for (const i of [0, 1]) assert.ok(Math.abs(before[i]! - after[i]!) < 1e-4 * Math.max(1, Math.abs(before[i]!)));
      },
    ),
  );
});

test('the picture follows the finger, and a fitted picture is all on the screen, in its middle', () => {
  assert.deepEqual(panned({ x: 10, y: 10, scale: 2 }, 20, -20), { x: 0, y: 20, scale: 2 });
  const screen = { width: 1000, height: 500 };
  const camera = fitted({ x: 100, y: 100, width: 2000, height: 400 }, screen);
  assert.deepEqual(under(camera, { x: 500, y: 250 }), [1100, 300]);
  assert.ok(camera.x < 100 && under(camera, { x: 1000, y: 500 })[0]! > 2100);
  assert.equal(viewBox({ x: 1, y: 2, scale: 2 }, screen), '1.00 2.00 500.00 250.00');
});

test('the way from one view to another begins and ends there', () => {
  const [from, to] = [
    { x: 0, y: 0, scale: 1 },
    { x: 100, y: 50, scale: 4 },
  ];
  assert.deepEqual([between(from, to, 0), between(from, to, 0.5).scale, between(from, to, 1)], [from, 2, to]);
});

test('focus reaches so many hops up and down, and ends in loops', () => {
  const arrows = ['a b', 'b c', 'c d', 'd b', 'x b'].map((pair) => ({ from: pair[0]!, to: pair[2]! }));
  const around = (up: number, down: number): string => [...reach(arrows, 'b', up, down)].sort().join('');
  assert.deepEqual([around(0, 0), around(1, 0), around(0, 1), around(9, 9)], ['b', 'abdx', 'bc', 'abcdx']);
});

test('names that begin with what one looks for come first', () => {
  const things = ['reorder', 'orders', 'order', 'stock'].map((name) => ({ id: `service:shop.${name}`, name }));
  assert.deepEqual(
    found(things, 'order').map(({ name }) => name),
    ['order', 'orders', 'reorder'],
  );
  assert.deepEqual(
    found(things, 'shop SERVICE st').map(({ name }) => name),
    ['stock'],
  );
  assert.deepEqual(found(things, ' '), []);
});

test('more is never cooler, and what has no bound is hottest', () => {
  const rising = (heats: readonly number[]): void => assert.deepEqual(heats, [...heats].sort());
  rising([1, 2, 4, 5, 10, 11, 30, 31, null].map(heatOfAmplification));
  rising([1, 300, 301, 1000, 1001, 3001, 10_001, null].map(heatOfWorst));
  assert.deepEqual([1, 12, null].map(timesText), ['×1', '×12', '×∞']);
  assert.deepEqual([800, 1420, 45_000, 120_000, null].map(worstText), [
    '800 ms',
    '1.42 s',
    '45 s',
    '2 min',
    'no bound',
  ]);
});
