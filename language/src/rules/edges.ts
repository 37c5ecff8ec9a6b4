import { type CallEdge, callGraph } from '../model/call-graph.ts';
import type { EffectivePolicy } from '../model/effective-policy.ts';
import { indexOf } from '../model/index-of.ts';
import type { CallItem, Model, PartName, Place } from '../model/model.ts';
import { comparePlaces } from '../model/place.ts';
import { labelOf } from './naming.ts';

const known = new WeakMap<Model, readonly CallEdge[]>();

/** The edges of the call graph in the order of files and lines, made once for each model. */
export function edgesOf(model: Model): readonly CallEdge[] {
  let edges = known.get(model);
  if (!edges) {
    edges = [...callGraph(model).edges].sort((a, b) => comparePlaces(a.item.target.at, b.item.target.at));
    known.set(model, edges);
  }
  return edges;
}

/** What messages call the ends of an edge. */
export const labelsOf = ({ from, to }: Pick<CallEdge, 'from' | 'to'>): Labels => ({
  from: labelOf(from.declaration),
  to: labelOf(to.declaration),
});

export interface Labels {
  readonly from: string;
  readonly to: string;
}

/** `` `orders.PlaceOrder` calls `stock.Reserve` ``. */
export function callText(edge: Pick<CallEdge, 'from' | 'to'>): string {
  const { from, to } = labelsOf(edge);
  return `\`${from}\` calls \`${to}\``;
}

/** Where the caller's service names what an edge calls: an `@allow` there speaks of the edge. */
export function usesOf(model: Model, { from, item }: Pick<CallEdge, 'from' | 'item'>): Place[] {
  const uses = indexOf(model).services.get(from.declaration.service)?.uses ?? [];
  return uses.filter(({ target }) => target.id === item.service).map(({ target }) => target.at);
}

/** An edge whose effective policy has these parts. */
export type EdgeWith<N extends PartName> = CallEdge & { readonly policy: Required<Pick<EffectivePolicy, N>> };

/** The edges that have all of these parts, in the same order. */
export function edgesWith<N extends PartName>(model: Model, ...parts: readonly N[]): EdgeWith<N>[] {
  return edgesOf(model).filter((edge): edge is EdgeWith<N> => hasAll(edge.policy, parts));
}

// Ten rules ask this of every edge after every key stroke: a function made for each was a sixth of the garbage of a check.
function hasAll(policy: EffectivePolicy, parts: readonly PartName[]): boolean {
  for (const part of parts) if (policy[part] === undefined) return false;
  return true;
}

/** An item of `calls` without its annotations. */
export const edgePlace = ({ target, at }: CallItem): Place => ({ ...target.at, end: at.end });

/** A layer of an effective policy, in words: ``in the policy `standard` ``. */
export function originText(origin: { readonly layer: string; readonly policy?: string }): string {
  if (origin.policy !== undefined)
    return `in the policy \`${origin.policy.slice(origin.policy.lastIndexOf('.') + 1)}\``;
  switch (origin.layer) {
    case 'calls':
      return 'for this call';
    case 'uses':
      return 'by `uses`';
    case 'operation':
      return 'for this operation';
    case 'service':
      return 'by the service';
    case 'gateway':
      return 'by the gateway';
    default:
      return 'by the `defaults` of the system';
  }
}
