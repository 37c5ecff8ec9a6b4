import { amplificationThrough, callsOver } from '../../model/amplification.ts';
import type { CallEdge } from '../../model/call-graph.ts';
import {
  type EffectivePart,
  type EffectivePolicy,
  type Origin,
  type RemovedPart,
  removedParts,
  serverPolicy,
} from '../../model/effective-policy.ts';
import type { Model, Operation, PartName, PartValues, Place } from '../../model/model.ts';
import { partNames } from '../../model/model.ts';
import { within } from '../../model/place.ts';
import { type WorstCall, worstOfCall } from '../../model/worst-case.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { edgePlace, labelsOf } from '../edges.ts';
import { labelOf } from '../naming.ts';
import { partText } from './part-text.ts';

/** A part that is in force, and where it comes from. */
export interface ExplainedPart {
  readonly name: PartName;
  /** As one would write it. */
  readonly text: string;
  readonly value: PartValues[PartName];
  readonly from: Origin;
}

/** An edge on a path. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  /** `attempts × times`. */
  readonly calls: number;
  readonly at: Place;
}

/** All that there is to say of an edge: for the command line, and for the hover. */
export interface EdgeExplanation {
  /** Full names, and as messages call them. */
  readonly from: { readonly id: string; readonly kind: 'operation' | 'handler'; readonly label: string };
  readonly to: { readonly id: string; readonly label: string; readonly effect: Operation['effect'] };
  /** The item in `calls`. */
  readonly at: Place;
  readonly times: number;
  readonly optional: boolean;
  /** Does the caller fail when the callee does? Neither `?` nor `fallback`. */
  readonly hard: boolean;
  /** The effective policy, in the order of the parts. */
  readonly policy: readonly ExplainedPart[];
  /** What outer layers give and a `none` takes away. */
  readonly removed: readonly { readonly name: PartName; readonly by: Origin; readonly was: ExplainedPart }[];
  /** What guards the callee on its side. */
  readonly guards: readonly ExplainedPart[];
  /** The longest that one call can take. */
  readonly worst: WorstCall;
  /** How many calls one request can become on the worst path over this edge; its hops from the first that multiplies to the last. */
  readonly amplification: { readonly product: number; readonly hops: readonly Hop[] };
  /** What the rules have found at this edge, or on a path over it. */
  readonly findings: readonly Diagnostic[];
}

/**
 * What there is to say of an edge.
 *
 * @param diagnostics those of the whole model
 */
export function explainEdge(model: Model, edge: CallEdge, diagnostics: readonly Diagnostic[]): EdgeExplanation {
  const { from, to, item, policy } = edge;
  const labels = labelsOf(edge);
  const { product, hops } = amplificationThrough(model, edge);
  return {
    from: { id: from.id, kind: from.kind === 'consumer' ? 'handler' : 'operation', label: labels.from },
    to: { id: to.id, label: labels.to, effect: to.kind === 'operation' ? to.declaration.effect : 'write' },
    at: edgePlace(item),
    times: item.times,
    optional: item.optional,
    hard: !item.optional && policy.fallback === undefined,
    policy: partsOf(policy),
    removed: removedParts(model, from.declaration, item).map(removed),
    guards: to.kind === 'operation' ? partsOf(serverPolicy(model, to.declaration)) : [],
    worst: worstOfCall(edge),
    amplification: { product, hops: hops.map(hopOf) },
    findings: diagnostics.filter((diagnostic) => concerns(diagnostic, edge)),
  };
}

function partsOf(policy: EffectivePolicy): ExplainedPart[] {
  return partNames.flatMap((name) => {
    const part = policy[name];
    return part ? [explained(name, part)] : [];
  });
}

function removed({ name, by, was }: RemovedPart): EdgeExplanation['removed'][number] {
  return { name, by, was: explained(name, was) };
}

function explained(name: PartName, { value, from }: EffectivePart<PartName>): ExplainedPart {
  return { name, text: partText(name, value), value, from };
}

function hopOf(edge: CallEdge): Hop {
  const { from, to, item } = edge;
  return {
    from: labelOf(from.declaration),
    to: labelOf(to.declaration),
    calls: callsOver(edge),
    at: edgePlace(item),
  };
}

/** Does it stand in the item, or lead over it? */
function concerns({ at, related }: Diagnostic, { item }: CallEdge): boolean {
  return [at, ...related.map((one) => one.at)].some((one) => within(one, item.extent));
}
