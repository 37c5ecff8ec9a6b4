import { indexOf } from '../model/index-of.ts';
import type { Gateway, Model, Operation, Ref, Service } from '../model/model.ts';

/** An operation that a gateway lets the outside reach: through its routes, or by gRPC where its service speaks nothing else. */
export interface Served {
  readonly operation: Operation;
  readonly service: Service;
  /** The name in `serves`. */
  readonly by: Ref;
}

/** Each operation once, in the order of `serves`. */
export function reachedBy(model: Model, gateway: Gateway): Served[] {
  const { services, operations } = indexOf(model);
  const reached = new Map<string, Served>();
  for (const { target, of } of gateway.serves) {
    if (target.id === undefined) continue;
    const one = of === 'operation' ? operations.get(target.id) : undefined;
    const service = services.get(one ? one.service : target.id);
    for (const operation of one ? [one] : (service?.operations ?? [])) {
      if (!service || !isOpened(service, operation) || reached.has(operation.id)) continue;
      reached.set(operation.id, { operation, service, by: target });
    }
  }
  return [...reached.values()];
}

const isOpened = ({ grpc, http }: Service, { routes }: Operation): boolean =>
  routes.length > 0 || (grpc !== undefined && http === undefined);
