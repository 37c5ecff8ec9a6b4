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

/**
 * What a gateway opens of a service: the routes of what it serves. A service that speaks only gRPC has none, and is
 * reached by its methods.
 */
export function openingsOf(model: Model, gateway: Gateway, service: Service): readonly Opening[] {
  const operations = servedOperations(model, gateway).filter((operation) => operation.service === service.id);
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

/**
 * Whether all that a gateway opens is gRPC. Where some of it is HTTP, methods are opened by their paths: routes of both
 * kinds for one host are refused.
 */
export function isAllGrpc(model: Model, gateway: Gateway): boolean {
  const { services } = indexOf(model);
  return servedOperations(model, gateway).every((operation) => services.get(operation.service)?.http === undefined);
}
