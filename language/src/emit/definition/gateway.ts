import type { GatewayDefinition, GatewayRoute } from '@weir/runtime';
import { gatewayPolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Gateway, Model, Operation, Service } from '../../model/model.ts';
import { camelCase } from '../names.ts';
import { byText } from '../order.ts';
import { operationAuth } from './auth.ts';
import { routesOf, streamOf } from './contract.ts';
import { sorted } from './neighbours.ts';
import { serverPolicyOf } from './policy.ts';

/** A gateway as the local run serves it: the routes that it opens, by the service behind them. */
export function gatewayDefinition(model: Model, gateway: Gateway): GatewayDefinition {
  const policy = serverPolicyOf(gatewayPolicy(model, gateway));
  const routesAt = (operation: Operation) =>
    policy.cache && mayBeShared(model, operation) ? routesOf(operation).map(shared) : routesOf(operation);
  const served = servedOperations(model, gateway);
  const { services } = indexOf(model);
  const behind = sorted(served.flatMap((operation) => services.get(operation.service) ?? []));
  return {
    name: gateway.name,
    hosts: gateway.hosts.map((host) => host.value),
    upstreams: Object.fromEntries(
      behind.flatMap((service) => {
        const routes = served.filter((operation) => operation.service === service.id).flatMap(routesAt);
        return service.http && routes.length > 0
          ? [[upstreamKey(service, behind), { name: service.name, port: service.http.value, routes: inOrder(routes) }]]
          : [];
      }),
    ),
    policy,
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

/** Only what the service answers to anybody may be answered in its place. */
const mayBeShared = (model: Model, operation: Operation): boolean =>
  operation.effect === 'reads' && streamOf(operation) === undefined && operationAuth(model, operation) === undefined;

const shared = (route: GatewayRoute): GatewayRoute => (route.method === 'GET' ? { ...route, shared: true } : route);

const inOrder = (routes: readonly GatewayRoute[]): readonly GatewayRoute[] =>
  [...routes].sort((a, b) => byText(a.path, b.path) || byText(a.method, b.method));
