import type { CallNode } from '../../model/call-graph.ts';
import { type EffectivePolicy, serverPolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model } from '../../model/model.ts';

/** The `limit` of the operation that calls, its service's among them. Events are not limited. */
export function callersLimit(model: Model, { kind, declaration }: CallNode): EffectivePolicy['limit'] {
  if (kind === 'consumer') return undefined;
  const service = indexOf(model).services.get(declaration.service);
  // A quick look that spares most operations the long one.
  const mayLimit = [service, declaration].some((one) => one && (one.parts.limit || one.apply.length > 0));
  return mayLimit ? serverPolicy(model, declaration).limit : undefined;
}
