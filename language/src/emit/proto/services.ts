import { indexOf } from '../../model/index-of.ts';
import type { External, Field, Model, Operation, Service, TypeExpression } from '../../model/model.ts';
import { messageOf } from '../definition/field-shape.ts';
import { protoService, wireCodes } from '../definition/names.ts';
import { docsOf, paragraphs } from './comments.ts';
import type { ProtoMethod, ProtoRoute, ProtoService, ProtoTypeName } from './document.ts';
import { protoFieldName, protoMethodName, protoPackage, protoPath, protoTypeName, requestName } from './names.ts';
import { emptyType, protoType } from './types.ts';

/** A service that speaks gRPC, under its full name's last part. */
export function serviceOf(model: Model, service: Service | External): ProtoService {
  const name = protoService(service).split('.').at(-1) ?? '';
  // A name that `as` gives is somebody else's contract, so lint must live with it.
  const ignore = name.endsWith('Service') ? [] : ['buf:lint:ignore SERVICE_SUFFIX'];
  return {
    kind: 'service',
    comment: [...docsOf(service), ...ignore],
    name,
    deprecated: service.deprecated !== undefined,
    methods: service.operations.map((operation) => methodOf(model, operation)),
  };
}

function methodOf(model: Model, operation: Operation): ProtoMethod {
  const { parameters, result } = operation;
  const name = protoMethodName(operation.name);
  const ignore = name === protoTypeName(name) ? [] : ['buf:lint:ignore RPC_PASCAL_CASE'];
  const idempotency = idempotencyOf(operation);
  return {
    comment: [...paragraphs([docsOf(operation), errorsOf(model, operation)]), ...ignore],
    name,
    deprecated: operation.deprecated !== undefined,
    request: requestTypeOf(model, operation),
    requestStream: parameters.kind === 'message' && parameters.stream,
    response: result ? messageType(model, result.type) : emptyType,
    responseStream: result?.stream ?? false,
    ...(idempotency === undefined ? {} : { idempotency }),
    routes: operation.routes.map((route) => routeOf(route.method, route.path, parameterNames(model, operation))),
  };
}

function requestTypeOf(model: Model, operation: Operation): ProtoTypeName {
  const { parameters } = operation;
  if (parameters.kind === 'message') return messageType(model, parameters.type);
  const name = requestName(model, operation);
  if (name === undefined) return emptyType;
  const own = protoPackage(operation.package);
  return { package: own, name, file: protoPath(own) };
}

/** What travels is a message: of anything else, as of nothing, the definition that is served has none either. */
function messageType(model: Model, type: TypeExpression): ProtoTypeName {
  return messageOf(model, type) === undefined ? emptyType : protoType(model, type).type;
}

function idempotencyOf({ effect }: Operation): ProtoMethod['idempotency'] {
  switch (effect) {
    case 'reads':
      return 'NO_SIDE_EFFECTS';
    case 'idempotent':
      return 'IDEMPOTENT';
    case 'write':
      return undefined;
  }
}

function errorsOf(model: Model, operation: Operation): string[] {
  const { errors } = indexOf(model);
  return operation.throws.map((ref) => {
    const error = ref.id === undefined ? undefined : errors.get(ref.id);
    const name = error ? `${protoPackage(error.package)}.${protoTypeName(error.name)}` : ref.name;
    return `Error: ${name}${error ? ` (HTTP ${wireCodes(error).status})` : ''}`;
  });
}

function parameterNames(model: Model, operation: Operation): readonly string[] {
  const { parameters } = operation;
  if (parameters.kind === 'inline') return parameters.fields.map(({ name }) => name);
  const { type } = parameters;
  const { messages, errors, events } = indexOf(model);
  const id = type.kind === 'named' ? type.ref.id : undefined;
  const message = id === undefined ? undefined : (messages.get(id) ?? errors.get(id) ?? events.get(id));
  return (message?.fields ?? []).map(({ name }: Field) => name);
}

const bodyless = ['GET', 'HEAD', 'DELETE'];
const fieldOfMethod = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'];

/** `{x}` binds a field, `{x*}` what is left of the path; the rest comes from the body, or from the query where there is none. */
function routeOf(method: string, path: string, parameters: readonly string[]): ProtoRoute {
  const bound = new Set([...path.matchAll(/\{([^}*]+)\*?\}/g)].map((match) => match[1] ?? ''));
  return {
    method: fieldOfMethod.includes(method) ? { field: method.toLowerCase() } : { custom: method },
    path: path.replace(/\{([^}*]+)(\*?)\}/g, (_, name: string, rest: string) =>
      rest === '' ? `{${protoFieldName(name)}}` : `{${protoFieldName(name)}=**}`,
    ),
    body: !bodyless.includes(method) && parameters.some((name) => !bound.has(name)),
  };
}
