import { gatewayPolicy, serverPolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Gateway, Model, Operation, Place, Service } from '../../model/model.ts';
import { routesOf, streamOf } from '../definition/contract.ts';
import { servedOperations } from '../definition/gateway.ts';
import { sorted } from '../definition/neighbours.ts';
import { kebabCase } from '../names.ts';
import { byText } from '../order.ts';

/** One method of a path. */
export interface Endpoint {
  readonly service: Service;
  readonly operation: Operation;
  readonly method: string;
  /** As in the language: `{x}` binds a parameter, `{x*}` the rest of the path. */
  readonly path: string;
  /** Whether a limit may refuse it. */
  readonly limited: boolean;
}

/** What one document describes: the routes of a service, or those that a gateway opens. */
export interface Api {
  readonly of: Service | Gateway;
  readonly endpoints: readonly Endpoint[];
  /** The services behind it, by name. */
  readonly services: readonly Service[];
  readonly places: readonly Place[];
}

/** What a service answers over HTTP; undefined where that is nothing. */
export function serviceApi(model: Model, service: Service): Api | undefined {
  const endpoints = service.operations.flatMap((operation) => endpointsOf(model, service, operation, false));
  if (endpoints.length === 0 || service.http === undefined) return undefined;
  return { of: service, endpoints: inOrder(endpoints), services: [service], places: [service.extent] };
}

/** What a gateway opens to the outside; undefined where that is nothing. */
export function gatewayApi(model: Model, gateway: Gateway): Api | undefined {
  const { services } = indexOf(model);
  const limited = gatewayPolicy(model, gateway).limit !== undefined;
  const endpoints = servedOperations(model, gateway).flatMap((operation) => {
    const service = services.get(operation.service);
    return service?.http === undefined ? [] : endpointsOf(model, service, operation, limited);
  });
  if (endpoints.length === 0) return undefined;
  const behind = sorted(endpoints.map(({ service }) => service));
  const places = [gateway.extent, ...behind.map(({ extent }) => extent)];
  return { of: gateway, endpoints: inOrder(endpoints), services: behind, places };
}

function endpointsOf(model: Model, service: Service, operation: Operation, limited: boolean): Endpoint[] {
  const stream = streamOf(operation);
  // A stream of requests has no form in HTTP; the checker says so.
  if (stream === 'client' || stream === 'both') return [];
  const guarded = limited || serverPolicy(model, operation).limit !== undefined;
  return routesOf(operation).map(({ method, path }) => ({ service, operation, method, path, limited: guarded }));
}

const inOrder = (endpoints: readonly Endpoint[]): readonly Endpoint[] =>
  endpoints.toSorted((a, b) => byText(a.path, b.path) || byText(a.method, b.method));

/** `orders.yaml`, and `public.gateway.yaml`, which is the name of no service; with the package where two share a name. */
export function filesOf(all: readonly (Service | Gateway)[]): (declaration: Service | Gateway) => string {
  const named = Map.groupBy(all, ({ name }) => kebabCase(name));
  return ({ id, kind, name: own }) => {
    const plain = kebabCase(own);
    const name = (named.get(plain)?.length ?? 0) > 1 ? kebabCase(id) : plain;
    return kind === 'gateway' ? `${name}.gateway.yaml` : `${name}.yaml`;
  };
}
