import type { AuthUse, Gateway, Model, Operation, Service } from './model.ts';

const known = new WeakMap<Model, ReadonlyMap<string, readonly Gateway[]>>();

/**
 * Who may call an operation: what it says itself, else its service, else the gateways that serve it. Empty where nobody
 * says. It holds for every caller, through a gateway or not: what a gateway asks for has to be asked where it arrives.
 */
export function authOf(model: Model, service: Service, operation: Operation): readonly AuthUse[] {
  if (operation.auth.length > 0) return operation.auth;
  if (service.auth.length > 0) return service.auth;
  if (operation.routes.length === 0) return [];
  const gateways = servedBy(model);
  const serving = new Set([...(gateways.get(operation.id) ?? []), ...(gateways.get(service.id) ?? [])]);
  return [...serving].flatMap((gateway) => gateway.auth);
}

/** By the full name of a service or operation: the gateways that serve it. */
function servedBy(model: Model): ReadonlyMap<string, readonly Gateway[]> {
  let by = known.get(model);
  if (!by) {
    const made = new Map<string, Gateway[]>();
    for (const gateway of model.gateways) {
      for (const { target } of gateway.serves) {
        if (target.id !== undefined) made.set(target.id, [...(made.get(target.id) ?? []), gateway]);
      }
    }
    by = made;
    known.set(model, by);
  }
  return by;
}
