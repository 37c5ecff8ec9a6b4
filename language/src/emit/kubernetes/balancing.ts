import { effectivePolicy } from '../../model/effective-policy.ts';
import type { Model, Service } from '../../model/model.ts';
import { callsOf, handled, neighboursOf } from '../definition/neighbours.ts';
import { hasCertificates } from './certificates.ts';

export type Transport = 'grpc' | 'http';

/** How our clients reach a service: by gRPC where it speaks that. */
export const transportTo = (to: Pick<Service, 'grpc' | 'http'>): Transport => (to.grpc ? 'grpc' : 'http');

/**
 * Whether a service's clients choose among the pods of another by themselves. By gRPC all calls share one connection, which
 * a Service would lead to one pod for good; over HTTP it is for those whose policy says `balance`. A mesh does it for them.
 */
export function isBalanced(model: Model, from: Service, to: Service): boolean {
  if (from.image !== undefined || model.systems[0]?.mesh !== undefined) return false;
  // An address that stands for several cannot say that it is one without TLS.
  if (to.image !== undefined && hasCertificates(model)) return false;
  return transportTo(to) === 'grpc' || hasBalance(model, from, to);
}

function hasBalance(model: Model, from: Service, to: Service): boolean {
  const operations = new Set(to.operations.map(({ id }) => id));
  return handled(from).some((handler) =>
    callsOf(handler).some(
      (item) => operations.has(item.target.id ?? '') && effectivePolicy(model, handler, item).balance !== undefined,
    ),
  );
}

const known = new WeakMap<Model, ReadonlySet<string>>();

/** Whether some service balances over the pods of this one: then they need a name that stands for all of them. */
export function hasBalancedCallers(model: Model, to: Service): boolean {
  let balanced = known.get(model);
  if (!balanced) {
    balanced = balancedServices(model);
    known.set(model, balanced);
  }
  return balanced.has(to.id);
}

function balancedServices(model: Model): ReadonlySet<string> {
  const found = model.services.flatMap((from) =>
    [...neighboursOf(model, from).clients.values()].flatMap(({ target }) =>
      target.kind === 'service' && isBalanced(model, from, target) ? [target.id] : [],
    ),
  );
  return new Set(found);
}
