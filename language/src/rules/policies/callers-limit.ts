import type { CallNode } from '../../model/call-graph.ts';
import { type EffectivePolicy, serverPolicy } from '../../model/effective-policy.ts';
import type { Model } from '../../model/model.ts';

/** The `limit` of the operation that calls, its service's among them. Events are not limited. */
export const callersLimit = (model: Model, { kind, declaration }: CallNode): EffectivePolicy['limit'] =>
  kind === 'consumer' ? undefined : serverPolicy(model, declaration).limit;
