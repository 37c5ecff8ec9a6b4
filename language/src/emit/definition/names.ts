import { indexOf } from '../../model/index-of.ts';
import type { ErrorMessage, External, Model, Operation, Service } from '../../model/model.ts';
import { pascalCase, snakeCase } from '../names.ts';

/** The owner of an operation. */
function ownerOf(model: Model, operation: Operation): Service | External | undefined {
  const { services, externals } = indexOf(model);
  return services.get(operation.service) ?? externals.get(operation.service);
}

/**
 * Full name of the message that an operation's inline parameters make: `shop.orders.PlaceOrderRequest`. Where that is
 * taken, by a declaration or by the same operation of another service in the package, the service's name comes first:
 * `shop.orders.OrdersPlaceOrderRequest`. Undefined without inline parameters.
 */
export function requestId(model: Model, operation: Operation): string | undefined {
  if (operation.parameters.kind !== 'inline' || operation.parameters.fields.length === 0) return undefined;
  const plain = plainRequestId(operation);
  if ((takers(model).get(plain) ?? 0) < 2) return plain;
  const owner = ownerOf(model, operation)?.name ?? operation.service;
  return inPackage(operation.package, `${pascalCase(owner)}${typeName(operation.name)}Request`);
}

/** Full name of a service in protobuf: `shop.orders.OrdersService`, or the one that it keeps with `as`. */
export function protoService(service: Service | External): string {
  return service.grpc?.as ?? `${protoPackage(service.package)}.${pascalCase(service.name)}Service`;
}

/** `shop.orderHistory` is `shop.order_history` in protobuf; a file without a package belongs to `weir.main`. */
export const protoPackage = (weirPackage: string): string =>
  weirPackage === '' ? 'weir.main' : weirPackage.split('.').map(snakeCase).join('.');

/** A name as a type's: as written where it can be one, with a capital letter. */
export const typeName = (name: string): string =>
  name.includes('-') ? pascalCase(name) : name.charAt(0).toUpperCase() + name.slice(1);

const inPackage = (weirPackage: string, name: string): string => (weirPackage === '' ? name : `${weirPackage}.${name}`);

const plainRequestId = (operation: Operation): string =>
  inPackage(operation.package, `${typeName(operation.name)}Request`);

const known = new WeakMap<Model, ReadonlyMap<string, number>>();

/** How many declarations and operations would have each name. */
function takers(model: Model): ReadonlyMap<string, number> {
  let counts = known.get(model);
  if (!counts) {
    const { messages, errors, events, enums, aliases, operations } = indexOf(model);
    const withInline = [...operations.values()].filter(({ parameters }) => parameters.kind === 'inline');
    const ids = [messages, errors, events, enums, aliases].flatMap((map) => [...map.keys()]);
    const tally = new Map<string, number>();
    for (const id of [...ids, ...withInline.map(plainRequestId)]) tally.set(id, (tally.get(id) ?? 0) + 1);
    counts = tally;
    known.set(model, counts);
  }
  return counts;
}

/** gRPC codes by their names in the language (google.rpc.Code). */
const grpcCodes: Readonly<Record<string, number>> = {
  cancelled: 1,
  unknown: 2,
  'invalid-argument': 3,
  'deadline-exceeded': 4,
  'not-found': 5,
  'already-exists': 6,
  'permission-denied': 7,
  'resource-exhausted': 8,
  'failed-precondition': 9,
  aborted: 10,
  'out-of-range': 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  'data-loss': 15,
  unauthenticated: 16,
};

/** The codes that an error may have. */
export const codeNames: readonly string[] = Object.keys(grpcCodes);

/** gRPC codes by HTTP status, as the runtime's `codeOfStatus` has them. */
const codesByStatus: Readonly<Record<number, string>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  405: 'unimplemented',
  408: 'deadline-exceeded',
  409: 'aborted',
  410: 'not-found',
  412: 'failed-precondition',
  416: 'out-of-range',
  428: 'failed-precondition',
  429: 'resource-exhausted',
  499: 'cancelled',
  501: 'unimplemented',
  502: 'unavailable',
  503: 'unavailable',
  504: 'deadline-exceeded',
};

/** How an error is spelled on the wire. Without a status it is the caller's fault: 400. */
export function wireCodes(error: ErrorMessage): { readonly status: number; readonly grpc: number } {
  return { status: statusOf(error), grpc: grpcCodes[codeOf(error)] ?? 2 };
}

/** The name of an error's code. */
export function codeOf(error: ErrorMessage): string {
  const status = statusOf(error);
  const code = error.grpc?.value ?? codesByStatus[status] ?? (status >= 500 ? 'internal' : 'invalid-argument');
  return grpcCodes[code] === undefined ? 'unknown' : code;
}

const statusOf = ({ status }: ErrorMessage): number => status?.value ?? 400;
