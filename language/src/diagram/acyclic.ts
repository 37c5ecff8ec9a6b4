import { Queue } from './queue.ts';

export interface Arc {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

/**
 * An order of the nodes in which arcs of little weight point back: the greedy heuristic of Eades, Lin and Smyth (A fast and
 * effective heuristic for the feedback arc set problem, 1993). Ties go to the node that comes first in `nodes`.
 */
export function greedyOrder(nodes: readonly string[], arcs: readonly Arc[]): string[] {
  const out = new Map(nodes.map((node) => [node, new Map<string, number>()]));
  const into = new Map(nodes.map((node) => [node, new Map<string, number>()]));
  for (const { from, to, weight } of arcs) {
    if (from === to) continue;
    out.get(from)?.set(to, (out.get(from)?.get(to) ?? 0) + weight);
    into.get(to)?.set(from, (into.get(to)?.get(from) ?? 0) + weight);
  }
  const left = new Set(nodes);
  const first: string[] = [];
  const last: string[] = [];
  const places = new Map(nodes.map((node, i) => [node, i]));
  // Who has become a sink or a source stays one until it is taken, or until a sink is cut off and is a source as well.
  const [sinks, sources] = [new Queue(), new Queue()];
  const note = (node: string): void => {
    const place = places.get(node)!;
    if (into.get(node)!.size === 0) sources.put(place, place);
    else if (out.get(node)!.size === 0) sinks.put(place, place);
  };
  const firstOf = (queue: Queue, isStill: (node: string) => boolean): string | undefined => {
    for (let place = queue.take(); place !== undefined; place = queue.take()) {
      const node = nodes[place]!;
      if (left.has(node) && isStill(node)) return node;
    }
    return undefined;
  };
  const take = (node: string): void => {
    left.delete(node);
    for (const to of out.get(node)!.keys()) {
      into.get(to)!.delete(node);
      note(to);
    }
    for (const from of into.get(node)!.keys()) {
      out.get(from)!.delete(node);
      note(from);
    }
  };
  for (const node of left) note(node);
  const total = (weights: ReadonlyMap<string, number>): number =>
    [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const surplus = (node: string): number => total(out.get(node)!) - total(into.get(node)!);
  while (left.size > 0) {
    const sink = firstOf(sinks, (node) => into.get(node)!.size > 0);
    const next = sink ?? firstOf(sources, () => true) ?? best(left, surplus);
    if (sink === undefined) first.push(next);
    else last.unshift(next);
    take(next);
  }
  return [...first, ...last];
}

function best(nodes: ReadonlySet<string>, value: (node: string) => number): string {
  let found: { readonly node: string; readonly value: number } | undefined;
  for (const node of nodes) {
    const own = value(node);
    if (!found || own > found.value) found = { node, value: own };
  }
  return found!.node;
}

/** The arcs with those that point back in the greedy order turned round, and no loops: a directed acyclic graph. */
export function acyclic<T extends Arc>(nodes: readonly string[], arcs: readonly T[]): T[] {
  const rank = new Map(greedyOrder(nodes, arcs).map((node, i) => [node, i]));
  return arcs
    .filter(({ from, to }) => from !== to)
    .map((arc) => (rank.get(arc.from)! < rank.get(arc.to)! ? arc : { ...arc, from: arc.to, to: arc.from }));
}
