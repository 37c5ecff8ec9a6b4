import type { CallEdge } from './call-graph.ts';
import {
  type HeavyPath,
  heaviestHops,
  heaviestWeight,
  pathsAbove,
  type Search,
  type Weighing,
} from './heaviest-path.ts';
import type { Model } from './model.ts';
import { attemptsOf } from './worst-case.ts';

/**
 * How many calls one call over an edge can become: `attempts × times`. Declared attempts count even where the runtime
 * would not repeat a write: what is declared is what the next change of the callee sets free.
 */
export const callsOver = (edge: Pick<CallEdge, 'policy' | 'item'>): number => attemptsOf(edge) * edge.item.times;

/** Products are exact up to 2^53; above they are doubles, and Infinity in the end, which is above every limit still. */
const byCalls: Weighing = { nothing: 1, weightOf: callsOver, join: (one, other) => one * other };

/** How much a request is multiplied on its worst way over one edge. */
export interface Amplification {
  /** The product of `attempts × times` over all hops. */
  readonly product: number;
  /** From the first hop that multiplies to the last one, the edge among them. Hops within loops are passed over. */
  readonly hops: readonly CallEdge[];
}

/** The product of `amplificationThrough`, without the hops. */
export const productThrough = (model: Model, edge: CallEdge): number => heaviestWeight(model, byCalls, edge);

/**
 * The largest amplification of the paths over an edge. A loop counts once: its own product has no bound if one of its
 * hops multiplies, and `call-cycle` reports it.
 */
export function amplificationThrough(model: Model, edge: CallEdge): Amplification {
  return { product: productThrough(model, edge), hops: heaviestHops(model, byCalls, edge) };
}

/**
 * The paths with a product above a limit, one for each first hop (`pathsAbove` says which); hops that do not multiply
 * stand only between such that do.
 *
 * @param weightOf what each edge is taken to multiply by: other than declared, to see what a change would do
 */
export function amplifications(
  model: Model,
  search: Search,
  weightOf: (edge: CallEdge) => number = callsOver,
): HeavyPath[] {
  return pathsAbove(model, weightOf === callsOver ? byCalls : { ...byCalls, weightOf }, search);
}
