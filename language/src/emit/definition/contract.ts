import type { OperationContract, RouteDefinition } from '@weir/runtime';
import { indexOf } from '../../model/index-of.ts';
import type { Model, Operation } from '../../model/model.ts';
import { operationAuth } from './auth.ts';
import { messageOf } from './field-shape.ts';
import { requestId, wireCodes } from './names.ts';
import { sorted } from './neighbours.ts';

/** What both sides of an operation know. */
export function operationContract(model: Model, operation: Operation): OperationContract {
  const request = requestOf(model, operation);
  const response = responseOf(model, operation);
  const stream = streamOf(operation);
  const { idempotency } = operation;
  const auth = operationAuth(model, operation);
  return {
    name: operation.name,
    ...(request !== undefined && { request }),
    ...(response !== undefined && { response }),
    ...(stream && { stream }),
    kind: operation.effect,
    ...(idempotency?.by === 'header' && { idempotencyHeader: idempotency.name }),
    routes: routesOf(operation),
    errors: Object.fromEntries(
      errorsOf(model, operation).map((error) => [error.id, { message: error.id, ...wireCodes(error) }]),
    ),
    ...(auth && { auth }),
  };
}

/** Full name of the message that an operation takes; undefined without parameters. */
export const requestOf = (model: Model, operation: Operation): string | undefined =>
  operation.parameters.kind === 'inline' ? requestId(model, operation) : messageOf(model, operation.parameters.type);

/** Full name of the message that it gives; undefined when nothing is returned. */
const responseOf = (model: Model, { result }: Operation): string | undefined => result && messageOf(model, result.type);

/** Which sides stream. */
export function streamOf({ parameters, result }: Operation): OperationContract['stream'] {
  const client = parameters.kind === 'message' && parameters.stream;
  const server = result?.stream ?? false;
  return client ? (server ? 'both' : 'client') : server ? 'server' : undefined;
}

/** The errors that an operation declares, by full name. */
export function errorsOf(model: Model, operation: Operation) {
  const { errors } = indexOf(model);
  return sorted(operation.throws.flatMap(({ id }) => (id === undefined ? [] : (errors.get(id) ?? []))));
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The routes as written; methods that HTTP does not have, which the checker refuses, are left out. */
export const routesOf = ({ routes }: Operation): readonly RouteDefinition[] =>
  routes
    .filter((route) => methods.includes(route.method))
    .map(({ method, path }) => ({ method: method as RouteDefinition['method'], path }));
