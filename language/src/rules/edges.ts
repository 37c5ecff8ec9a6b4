import { type CallEdge, callGraph } from '../model/call-graph.ts';
import type { EffectivePolicy } from '../model/effective-policy.ts';
import { indexOf } from '../model/index-of.ts';
import type { CallItem, Model, PartName, Place } from '../model/model.ts';
import { comparePlaces } from '../model/place.ts';
import { labelOf } from './naming.ts';

/** The edges of the call graph in the order of files and lines, each with what a message says of it. */
export interface LabelledEdge extends CallEdge {
  /** The item without its annotations: where a finding about the edge stands. */
  readonly at: Place;
  readonly labels: { readonly from: string; readonly to: string };
  /** Where an `@allow` speaks of it, beside its item: its name in `uses`. */
  readonly allowedAt: readonly Place[];
}

const known = new WeakMap<Model, readonly LabelledEdge[]>();

export function edgesOf(model: Model): readonly LabelledEdge[] {
  let edges = known.get(model);
  if (!edges) {
    edges = labelled(model);
    known.set(model, edges);
  }
  return edges;
}

function labelled(model: Model): LabelledEdge[] {
  return callGraph(model)
    .edges.map(
      (edge): LabelledEdge => ({
        ...edge,
        at: edgePlace(edge.item),
        labels: { from: labelOf(edge.from.declaration), to: labelOf(edge.to.declaration) },
        allowedAt: usesOf(model, edge),
      }),
    )
    .sort((a, b) => comparePlaces(a.at, b.at));
}

/** Where the caller's service names what an edge calls: an `@allow` there speaks of the edge. */
export function usesOf(model: Model, { from, item }: Pick<CallEdge, 'from' | 'item'>): Place[] {
  const uses = indexOf(model).services.get(from.declaration.service)?.uses ?? [];
  return uses.filter(({ target }) => target.id === item.service).map(({ target }) => target.at);
}

/** An edge whose effective policy has these parts. */
export type EdgeWith<N extends PartName> = LabelledEdge & { readonly policy: Required<Pick<EffectivePolicy, N>> };

/** The edges that have all of these parts, in the same order. */
export function edgesWith<N extends PartName>(model: Model, ...parts: readonly N[]): EdgeWith<N>[] {
  return edgesOf(model).filter((edge): edge is EdgeWith<N> => parts.every((part) => edge.policy[part] !== undefined));
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
