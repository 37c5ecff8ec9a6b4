import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from './geometry.ts';
import type { Ends, Port } from './ports.ts';
import { margin, type Request, routeAll } from './route.ts';

const port = (side: Port['side'], x: number, y: number): Port => ({ side, x, y, room: [y, y], ownRoom: [y, y] });
const left: Box = { x: 0, y: 0, width: 100, height: 60 };
const right: Box = { x: 400, y: 0, width: 100, height: 60 };
const across: Ends = { from: port('right', 100, 30), to: port('left', 400, 30) };
const request = (id: string, ends: Ends, home: readonly string[] = []): Request => ({
  id,
  ways: [ends],
  clear: { from: left, to: right },
  home: new Set(home),
});
const obstacles = (more: Record<string, Box> = {}) => new Map(Object.entries({ left, right, ...more }));
const corners = (points: readonly { readonly x: number; readonly y: number }[] | undefined) =>
  points?.map(({ x, y }) => `${x},${y}`);

test('with nothing in the way an edge is straight', () => {
  const routes = routeAll({ obstacles: obstacles(), frames: new Map() }, [request('e', across)]);
  assert.deepEqual(corners(routes.get('e')?.points), ['100,30', '400,30']);
});

test('an edge goes round what is in its way, at a distance', () => {
  const wall = { x: 200, y: -100, width: 50, height: 150 };
  const routes = routeAll({ obstacles: obstacles({ wall }), frames: new Map() }, [request('e', across)]);
  const points = routes.get('e')!.points;
  assert.equal(Math.max(...points.map(({ y }) => y)), 50 + margin, 'below it, which is nearer');
});

test('an edge that leaves close to a title runs along it: it has no other way, and does not run through a node', () => {
  const title = { x: -80, y: -46, width: 120, height: 32 };
  const above = { x: 0, y: -200, width: 100, height: 60 };
  const up: Request = {
    id: 'e',
    ways: [{ from: port('top', 30, 0), to: port('bottom', 30, -140) }],
    clear: { from: left, to: above },
    home: new Set(),
  };
  const routes = routeAll({ obstacles: obstacles({ title, above }), frames: new Map() }, [up]);
  assert.deepEqual(corners(routes.get('e')?.points), ['30,0', '30,-14', '54,-14', '54,-60', '30,-60', '30,-140']);
});

test('a frame that is not its own is gone round too, its own is not', () => {
  const terrain = { obstacles: obstacles(), frames: new Map([['f', { x: 150, y: -40, width: 200, height: 100 }]]) };
  const stranger = routeAll(terrain, [request('e', across)]).get('e')!.points;
  assert.ok(stranger.length > 2);
  const member = routeAll(terrain, [request('e', across, ['f'])]).get('e')!.points;
  assert.equal(member.length, 2);
});

test('of two ways the cheaper one is taken', () => {
  const roundabout: Ends = { from: port('left', 0, 30), to: port('right', 500, 30) };
  const both = { ...request('e', across), ways: [roundabout, across] };
  assert.equal(routeAll({ obstacles: obstacles(), frames: new Map() }, [both]).get('e')!.ends, across);
});

test('an edge that is walled in is drawn all the same', () => {
  const walls = { a: { x: 110, y: -500, width: 10, height: 1000 } };
  const routes = routeAll({ obstacles: obstacles(walls), frames: new Map() }, [request('e', across)]);
  assert.ok(routes.get('e')!.points.length >= 2);
});
