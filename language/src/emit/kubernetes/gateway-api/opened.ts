import { indexOf } from '../../../model/index-of.ts';
import type { Gateway, Model, Operation, Service } from '../../../model/model.ts';
import { servedOperations } from '../../definition/gateway.ts';
import { protoService } from '../../definition/names.ts';
import { protoMethodName } from '../../proto/names.ts';

/** A way into an operation that a gateway opens. */
export type Opening = { readonly operation: Operation } & (
  | { readonly port: 'http'; readonly method: string; readonly path: string }
  | { readonly port: 'grpc'; readonly service: string; readonly method: string }
);

/** What a gateway opens, in all. */
export interface Opened {
  /** By the full name of the service. */
  readonly operations: ReadonlyMap<string, readonly Operation[]>;
  readonly paths: readonly string[];
  /** Where some of it is HTTP, methods are opened by their paths: routes of both kinds for one host are refused. */
  readonly allGrpc: boolean;
}

const known = new WeakMap<Model, Map<Gateway, Opened>>();

/** Made once for each gateway of a model. */
export function openedBy(model: Model, gateway: Gateway): Opened {
  let gateways = known.get(model);
  if (!gateways) {
    gateways = new Map();
    known.set(model, gateways);
  }
  let opened = gateways.get(gateway);
  if (!opened) {
    const operations = servedOperations(model, gateway);
    const { services } = indexOf(model);
    opened = {
      operations: Map.groupBy(operations, ({ service }) => service),
      paths: operations.flatMap(({ routes }) => routes.map(({ path }) => path)),
      allGrpc: operations.every(({ service }) => services.get(service)?.http === undefined),
    };
    gateways.set(gateway, opened);
  }
  return opened;
}

/**
 * What a gateway opens of a service: the routes of what it serves. A service that speaks only gRPC has none, and is
 * reached by its methods.
 */
export function openingsOf(model: Model, gateway: Gateway, service: Service): readonly Opening[] {
  const operations = openedBy(model, gateway).operations.get(service.id) ?? [];
  if (service.http !== undefined) {
    return operations.flatMap((operation) =>
      operation.routes.map(({ method, path }) => ({ operation, port: 'http', method, path }) as const),
    );
  }
  if (service.grpc === undefined) return [];
  return operations.map((operation) => ({
    operation,
    port: 'grpc',
    service: protoService(service),
    method: protoMethodName(operation.name),
  }));
}
