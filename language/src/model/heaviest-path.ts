import { type CallEdge, callGraph } from './call-graph.ts';
import { condensation } from './condensation.ts';
import type { Model } from './model.ts';

/** What paths are compared by: products begin with 1, sums with 0. No hop makes a path lighter. */
export interface Weighing {
  /** A path without hops. */
  readonly nothing: number;
  readonly weightOf: (hop: CallEdge) => number;
  readonly join: (one: number, other: number) => number;
}

/** A path over the call graph, its hops in order. Hops within loops are passed over: `call-cycle` shows them. */
export interface HeavyPath {
  readonly weight: number;
  /** The first and the last add weight; those of a path that is longer than asked for lack `omitted` behind the first. */
  readonly hops: readonly CallEdge[];
  readonly omitted: number;
  /** How many other paths that begin with the same hop weigh too much, each with a last hop of its own. */
  readonly others: number;
}

/**
 * Of each component, by its index, the heaviest of the paths that begin or end there; hops at the far end that add nothing
 * are left off.
 */
interface HeaviestWays {
  readonly weight: Float64Array;
  readonly length: Uint32Array;
  /** The hop at the component itself, and the one at the far end. */
  readonly near: readonly (CallEdge | undefined)[];
  readonly far: readonly (CallEdge | undefined)[];
}

/** Where ways lead: `from` goes back to callers, `to` on to callees. */
type Direction = 'from' | 'to';
type Ways = { readonly [D in Direction]: HeaviestWays };

const known = new WeakMap<Model, WeakMap<Weighing, Ways>>();

function waysOf(model: Model, weighing: Weighing): Ways {
  let byWeighing = known.get(model);
  if (!byWeighing) {
    byWeighing = new WeakMap();
    known.set(model, byWeighing);
  }
  let ways = byWeighing.get(weighing);
  if (!ways) {
    ways = { from: heaviestWays(model, weighing, 'from'), to: heaviestWays(model, weighing, 'to') };
    byWeighing.set(weighing, ways);
  }
  return ways;
}

/**
 * For each component of the condensed graph the heaviest way, by dynamic programming: linear in nodes and edges. Of two
 * that weigh the same it is the shorter one, then the first in the order of the model.
 */
function heaviestWays(model: Model, { nothing, weightOf, join }: Weighing, direction: Direction): HeaviestWays {
  const { size, calleesFirst, callersFirst, componentOf, inLoop } = condensation(model);
  const weight = new Float64Array(size).fill(nothing);
  const length = new Uint32Array(size);
  const near = new Array<CallEdge | undefined>(size).fill(undefined);
  const far = new Array<CallEdge | undefined>(size).fill(undefined);
  const lengthen = (index: number, edge: CallEdge): void => {
    const rest = componentOf(edge[direction]);
    const heavier = join(weight[rest] as number, weightOf(edge));
    const longer = (length[rest] as number) + 1;
    const best = weight[index] as number;
    if (!(heavier > best || (heavier === best && longer < (length[index] as number)))) return;
    weight[index] = heavier;
    length[index] = longer;
    near[index] = edge;
    far[index] = far[rest] ?? edge;
  };
  const toCallees = direction === 'to';
  for (const node of toCallees ? calleesFirst : callersFirst) {
    for (const edge of toCallees ? node.outgoing : node.incoming) if (!inLoop(edge)) lengthen(componentOf(node), edge);
  }
  return { weight, length, near, far };
}

/** The hops of a way, beginning at its component; of one that is longer than `most` the last is the one at the far end. */
function hopsOf(model: Model, ways: Ways, start: number, direction: Direction, most: number): CallEdge[] {
  const { componentOf } = condensation(model);
  const { near, far } = ways[direction];
  const hops: CallEdge[] = [];
  let at = start;
  for (let hop = near[at], last = far[at]; hop && last && hops.length < most; hop = near[at], last = far[at]) {
    hops.push(hops.length === most - 1 ? last : hop);
    at = componentOf(hop[direction]);
  }
  return hops;
}

/** What the heaviest path over an edge weighs. An edge of a loop counts nothing itself: nobody knows how often it is used. */
export function heaviestWeight(model: Model, weighing: Weighing, edge: CallEdge): number {
  const { componentOf, inLoop } = condensation(model);
  const { from, to } = waysOf(model, weighing);
  const own = inLoop(edge) ? weighing.nothing : weighing.weightOf(edge);
  const before = from.weight[componentOf(edge.from)] as number;
  return weighing.join(weighing.join(before, own), to.weight[componentOf(edge.to)] as number);
}

/** The hops of the heaviest path over an edge, the edge among them. */
export function heaviestHops(model: Model, weighing: Weighing, edge: CallEdge): readonly CallEdge[] {
  const { componentOf } = condensation(model);
  const ways = waysOf(model, weighing);
  const all = Number.POSITIVE_INFINITY;
  return [
    ...hopsOf(model, ways, componentOf(edge.from), 'from', all).reverse(),
    edge,
    ...hopsOf(model, ways, componentOf(edge.to), 'to', all),
  ];
}

/** Which paths are looked for. */
export interface Search {
  /** Paths that weigh more than this. */
  readonly above: number;
  /** So many hops of each are enough. */
  readonly most: number;
  /** Is a path from this hop to that one to be passed over? */
  readonly passes?: (first: CallEdge, last: CallEdge) => boolean;
}

/**
 * The paths that weigh more than `above`. Every such path can be made one that ends where nothing further adds weight,
 * so of each such end the heaviest path is looked at, and of those that begin with the same hop the heaviest is given:
 * as many as there are first hops, not as there are paths. Linear, and at most `most` hops of each are walked.
 */
export function pathsAbove(model: Model, weighing: Weighing, { above, most, passes }: Search): HeavyPath[] {
  const { componentOf, inLoop } = condensation(model);
  const ways = waysOf(model, weighing);
  const ends = new Map<CallEdge, { readonly last: CallEdge; readonly weight: number; readonly others: number }>();
  for (const last of callGraph(model).edges) {
    const own = weighing.weightOf(last);
    const isEnd = own > weighing.nothing && ways.to.near[componentOf(last.to)] === undefined;
    if (!isEnd || inLoop(last)) continue;
    const before = componentOf(last.from);
    const weight = weighing.join(ways.from.weight[before] as number, own);
    if (!(weight > above)) continue;
    const first = ways.from.far[before] ?? last;
    if (passes?.(first, last)) continue;
    const same = ends.get(first);
    const others = same ? same.others + 1 : 0;
    ends.set(first, same && same.weight >= weight ? { ...same, others } : { last, weight, others });
  }
  return [...ends.values()].map(({ last, weight, others }) => {
    const before = componentOf(last.from);
    const hops = [...hopsOf(model, ways, before, 'from', most - 1).reverse(), last];
    return { weight, hops, omitted: (ways.from.length[before] as number) + 1 - hops.length, others };
  });
}
