import type { GatewayDefinition, RouteDefinition } from '@weir/runtime';
import { gatewayPolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Gateway, Model, Operation, Service } from '../../model/model.ts';
import { camelCase } from '../names.ts';
import { byText } from '../order.ts';
import { routesOf } from './contract.ts';
import { sorted } from './neighbours.ts';
import { limitPolicy } from './policy.ts';

/** A gateway as the local run serves it: the routes that it opens, by the service behind them. */
export function gatewayDefinition(model: Model, gateway: Gateway): GatewayDefinition {
  const { limit } = gatewayPolicy(model, gateway);
  const served = servedOperations(model, gateway);
  const { services } = indexOf(model);
  const behind = sorted(served.flatMap((operation) => services.get(operation.service) ?? []));
  return {
    name: gateway.name,
    hosts: gateway.hosts.map((host) => host.value),
    upstreams: Object.fromEntries(
      behind.flatMap((service) => {
        const routes = served.filter((operation) => operation.service === service.id).flatMap(routesOf);
        return service.http && routes.length > 0
          ? [[upstreamKey(service, behind), { name: service.name, port: service.http.value, routes: inOrder(routes) }]]
          : [];
      }),
    ),
    ...(limit && { limit: limitPolicy(limit.value) }),
  };
}

/** Each operation once, whether it is served by name or with its whole service. */
export function servedOperations(model: Model, gateway: Gateway): readonly Operation[] {
  const { services, operations } = indexOf(model);
  const all = gateway.serves.flatMap(({ target }): readonly Operation[] => {
    if (target.id === undefined) return [];
    const operation = operations.get(target.id);
    return services.get(target.id)?.operations ?? (operation ? [operation] : []);
  });
  return sorted(all);
}

function upstreamKey(service: Service, all: readonly Service[]): string {
  const key = camelCase(service.name);
  return all.some((other) => other !== service && camelCase(other.name) === key) ? camelCase(service.id) : key;
}

const inOrder = (routes: readonly RouteDefinition[]): readonly RouteDefinition[] =>
  [...routes].sort((a, b) => byText(a.path, b.path) || byText(a.method, b.method));
