import { acyclic } from './acyclic.ts';
import type { Dot, DotEdge, DotNode } from './dot.ts';
import type { Point } from './geometry.ts';
import { mean } from './rows.ts';

/** Each sweep goes over all ranks, once to the right and once to the left. */
const sweeps = 4;

/**
 * A layout from left to right in the simplest way that one can still read: ranks by the longest way to a node, order by the
 * means of neighbours (Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures, 1981).
 * For where Graphviz is not at hand, or has taken too long. Linear in nodes and edges.
 */
export const plainDot: Dot = (nodes, edges, gaps) => {
  const forward = acyclic(
    nodes.map(({ id }) => id),
    edges,
  );
  const ranks = ranksOf(nodes, forward);
  const neighbours = neighboursOf(forward);
  let heights: ReadonlyMap<string, number> = new Map(ranks.flatMap((rank) => [...stacked(rank, gaps.between)]));
  for (let sweep = 0; sweep < sweeps; sweep += 1)
    for (const way of [ranks, ranks.toReversed()]) heights = swept(way, neighbours, heights, gaps.between);
  const placed = new Map<string, Point>();
  let x = 0;
  for (const rank of ranks) {
    const width = Math.max(...rank.map((node) => node.width));
    for (const { id } of rank) placed.set(id, { x: Math.round(x + width / 2), y: Math.round(heights.get(id)!) });
    x += width + gaps.ranks;
  }
  return placed;
};

function ranksOf(nodes: readonly DotNode[], edges: readonly DotEdge[]): DotNode[][] {
  const from = Map.groupBy(edges, (edge) => edge.from);
  const waits = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { to } of edges) waits.set(to, waits.get(to)! + 1);
  const rank = new Map<string, number>(nodes.map(({ id }) => [id, 0]));
  const ready = nodes.filter(({ id }) => waits.get(id) === 0).map(({ id }) => id);
  for (const id of ready) {
    for (const { to } of from.get(id) ?? []) {
      rank.set(to, Math.max(rank.get(to)!, rank.get(id)! + 1));
      waits.set(to, waits.get(to)! - 1);
      if (waits.get(to) === 0) ready.push(to);
    }
  }
  const byRank = Map.groupBy(nodes, ({ id }) => rank.get(id)!);
  return [...byRank.keys()].sort((a, b) => a - b).map((at) => byRank.get(at)!);
}

function neighboursOf(edges: readonly DotEdge[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (id: string, other: string): void => {
    const others = found.get(id);
    if (others) others.push(other);
    else found.set(id, [other]);
  };
  for (const { from, to } of edges) {
    add(from, to);
    add(to, from);
  }
  return found;
}

/** The middles of nodes one below the other, around a height of 0. */
function stacked(rank: readonly DotNode[], between: number): Map<string, number> {
  const total = rank.reduce((sum, { height }) => sum + height + between, -between);
  let y = -total / 2;
  return new Map(
    rank.map(({ id, height }) => {
      const middle = y + height / 2;
      y += height + between;
      return [id, middle];
    }),
  );
}

/** Each rank in turn as near to its neighbours as its nodes allow each other, in the order of the neighbours' means. */
function swept(
  ranks: readonly DotNode[][],
  neighbours: ReadonlyMap<string, readonly string[]>,
  before: ReadonlyMap<string, number>,
  between: number,
): ReadonlyMap<string, number> {
  const heights = new Map(before);
  for (const rank of ranks) {
    const wishes = new Map(
      rank.map(({ id }) => [
        id,
        mean(
          (neighbours.get(id) ?? []).map((other) => heights.get(other)!),
          heights.get(id)!,
        ),
      ]),
    );
    rank.sort((a, b) => wishes.get(a.id)! - wishes.get(b.id)!);
    const own = stacked(rank, between);
    const off = mean(
      rank.map(({ id }) => wishes.get(id)! - own.get(id)!),
      0,
    );
    for (const [id, y] of own) heights.set(id, y + off);
  }
  return heights;
}
