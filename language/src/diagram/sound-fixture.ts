import assert from 'node:assert/strict';
import { type Box, bottom, grown, lineBox, overlap, type Point, right } from './geometry.ts';
import type { LaidOut } from './index.ts';

/** What holds for every picture. */
export function assertSound({ graph, width, height, nodes, groups, edges }: LaidOut): void {
  const boxes = new Map<string, Box>([
    ...nodes.map((placed) => [placed.node.id, placed] as const),
    ...groups.map((placed) => [placed.group.id, placed] as const),
  ]);
  assert.equal(boxes.size, graph.nodes.length + graph.groups.length);
  apart(nodes, ({ node }) => node.id);
  apart(groups, ({ group }) => group.id);
  for (const placed of nodes) {
    const group = groups.find((candidate) => candidate.group.id === placed.node.group);
    if (group) assert.ok(within(placed, group), `${placed.node.id} is outside of its group`);
    else for (const other of groups) assert.ok(!overlap(placed, other), `${placed.node.id} is in ${other.group.id}`);
  }
  assert.deepEqual(
    edges.map(({ edge }) => edge.id),
    graph.edges.map(({ id }) => id),
  );
  for (const { edge, points } of edges) {
    assert.ok(points.length >= 2, `${edge.id} is drawn`);
    assert.ok(onOutline(points[0]!, boxes.get(edge.from)!), `${edge.id} begins at ${edge.from}`);
    assert.ok(onOutline(points.at(-1)!, boxes.get(edge.to)!), `${edge.id} ends at ${edge.to}`);
    for (const [a, b] of pieces(points)) assert.ok(a.x === b.x || a.y === b.y, `${edge.id} runs across or down`);
  }
  const page = { x: 0, y: 0, width, height };
  for (const box of [...boxes.values(), ...edges.flatMap(({ label }) => label ?? [])]) assert.ok(within(box, page));
  for (const { points } of edges) for (const { x, y } of points) assert.ok(within({ x, y, width: 0, height: 0 }, page));
  const labels = edges.flatMap(({ edge, label }) => (label ? [{ id: edge.id, ...label }] : []));
  apart(labels, ({ id }) => id);
  for (const label of labels)
    for (const node of nodes) assert.ok(!overlap(label, node), `label of ${label.id} on a node`);
}

function apart<T extends Box>(boxes: readonly T[], name: (box: T) => string): void {
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) assert.ok(!overlap(a, b), `${name(a)} overlaps ${name(b)}`);
  });
}

const within = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x && inner.y >= outer.y && right(inner) <= right(outer) && bottom(inner) <= bottom(outer);

const onOutline = ({ x, y }: Point, box: Box): boolean =>
  within({ x, y, width: 0, height: 0 }, box) && (x === box.x || x === right(box) || y === box.y || y === bottom(box));

export const pieces = (points: readonly Point[]): (readonly [Point, Point])[] =>
  points.slice(1).map((b, i) => [points[i]!, b] as const);

/** Edges that run through a node. */
export function trespassers({ nodes, edges }: LaidOut): string[] {
  return edges.flatMap(({ edge, points }) =>
    pieces(points).flatMap(([a, b]) => {
      const line = grown(lineBox(a, b), 0.01);
      const hit = nodes.find((node) => overlap(line, grown(node, -1)));
      return hit ? [`${edge.id} through ${hit.node.id}`] : [];
    }),
  );
}
