/**
 * What a caller or a handler may see fail, and how it is spelled on the wire.
 *
 * Codes are those of google.rpc.Code, in kebab case; the HTTP status beside each is the one of google/rpc/code.proto.
 */

export type CodeName =
  | 'cancelled'
  | 'unknown'
  | 'invalid-argument'
  | 'deadline-exceeded'
  | 'not-found'
  | 'already-exists'
  | 'permission-denied'
  | 'resource-exhausted'
  | 'failed-precondition'
  | 'aborted'
  | 'out-of-range'
  | 'unimplemented'
  | 'internal'
  | 'unavailable'
  | 'data-loss'
  | 'unauthenticated';

/** One fault in a request. */
export interface Violation {
  /** Where: `items[0].quantity`. */
  readonly field: string;
  readonly message: string;
  /** Which constraint: `required`, `type`, `range`, `length`, `matches`, `oneOf`, `unknown` … */
  readonly rule: string;
}

/**
 * Where an error arose. `remote`: the callee answered so. `connect`: the request provably never reached a server.
 * `timeout`: our own timeout of an attempt. `deadline`: the call's deadline. `refused`: a policy of ours said no.
 * `cancelled`: the caller's own abort. `local`: thrown by code here.
 */
export type ErrorOrigin = 'remote' | 'connect' | 'timeout' | 'deadline' | 'refused' | 'cancelled' | 'local';

/** The policy that refused a call. */
export type RefusedBy = 'breaker' | 'bulkhead' | 'limit' | 'shed';

export interface ServiceErrorOptions {
  /** HTTP status; that of the code when absent. */
  readonly status?: number | undefined;
  readonly retryAfter?: number | undefined;
  readonly violations?: readonly Violation[] | undefined;
  readonly origin?: ErrorOrigin | undefined;
  readonly refusedBy?: RefusedBy | undefined;
  readonly responseBegun?: boolean | undefined;
  readonly stillRunning?: boolean | undefined;
  readonly cause?: unknown;
}

/** Everything that a caller or handler may see fail is one of these. */
export class ServiceError extends Error {
  readonly code: CodeName;
  /** HTTP status. */
  readonly status: number;
  /** Milliseconds that the server asked to wait (`Retry-After`, `grpc-retry-pushback-ms`); negative: do not retry. */
  readonly retryAfter?: number;
  readonly violations?: readonly Violation[];
  readonly origin: ErrorOrigin;
  readonly refusedBy?: RefusedBy;
  /** The response had begun and then broke off (set by transports): such a call is never retried. */
  readonly responseBegun?: true;
  /** The first of several equal requests still runs, and its answer is worth asking for again: same key, after `retryAfter`. */
  readonly stillRunning?: true;

  constructor(code: CodeName, message: string, options: ServiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? statusOf(code);
    this.origin = options.origin ?? 'local';
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
    if (options.violations !== undefined) this.violations = options.violations;
    if (options.refusedBy !== undefined) this.refusedBy = options.refusedBy;
    if (options.responseBegun === true) this.responseBegun = true;
    if (options.stillRunning === true) this.stillRunning = true;
  }
}
// On the prototype, so that the name is not one more property of every error that is logged.
ServiceError.prototype.name = 'ServiceError';

/** An error that a contract declares. `instanceof` on its classes goes by the full name, so that a client's copy of the class matches. */
export abstract class DeclaredError<Fields = unknown> extends ServiceError {
  /** Full name of the message: `shop.orders.OutOfStock`. */
  declare readonly error: string;
  declare readonly fields: Fields;
}

export interface DeclaredErrorClass<Fields> {
  new (
    fields: Fields,
    message?: string,
    options?: Pick<ServiceErrorOptions, 'origin' | 'cause'>,
  ): DeclaredError<Fields>;
  readonly error: string;
  readonly status: number;
  readonly grpc: number;
}

/**
 * Base class for a declared error in generated code:
 *
 *     export class OutOfStock extends declaredError<OutOfStockFields>('shop.orders.OutOfStock', 409, 9) {}
 *     throw new OutOfStock({ sku });
 *     if (e instanceof OutOfStock) e.fields.sku;
 *
 * @param error full name of the message
 * @param status HTTP status
 * @param grpc gRPC code, 0–16
 */
export function declaredError<Fields>(error: string, status: number, grpc: number): DeclaredErrorClass<Fields> {
  const code = codeOfGrpc(grpc);
  const shortName = error.slice(error.lastIndexOf('.') + 1);
  class Declared extends DeclaredError<Fields> {
    static readonly error = error;
    static readonly status = status;
    static readonly grpc = grpc;
    override readonly error = error;
    override readonly fields: Fields;

    constructor(
      fields: Fields,
      message: string = shortName,
      options: Pick<ServiceErrorOptions, 'origin' | 'cause'> = {},
    ) {
      super(code, message, { ...options, status });
      this.fields = fields;
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof Error && (value as Partial<DeclaredError>).error === error && 'fields' in value;
    }
  }
  Declared.prototype.name = shortName;
  return Declared;
}

/** By gRPC number: the code's name and its HTTP status (google/rpc/code.proto). */
const CODES: readonly (readonly [name: CodeName | undefined, status: number])[] = [
  [undefined, 200],
  ['cancelled', 499],
  ['unknown', 500],
  ['invalid-argument', 400],
  ['deadline-exceeded', 504],
  ['not-found', 404],
  ['already-exists', 409],
  ['permission-denied', 403],
  ['resource-exhausted', 429],
  ['failed-precondition', 400],
  ['aborted', 409],
  ['out-of-range', 400],
  ['unimplemented', 501],
  ['internal', 500],
  ['unavailable', 503],
  ['data-loss', 500],
  ['unauthenticated', 401],
];

const BY_NAME = new Map<CodeName, readonly [grpc: number, status: number]>();
CODES.forEach(([name, status], grpc) => {
  if (name !== undefined) BY_NAME.set(name, [grpc, status]);
});

/** The gRPC number of a code, 1–16. */
export function grpcCodeOf(code: CodeName): number {
  return BY_NAME.get(code)?.[0] ?? 2;
}

/** The code of a gRPC number; `unknown` for 0 (which is no error) and for numbers that gRPC does not define. */
export function codeOfGrpc(grpc: number): CodeName {
  return CODES[grpc]?.[0] ?? 'unknown';
}

/** The HTTP status of a code. */
export function statusOf(code: CodeName): number {
  return BY_NAME.get(code)?.[1] ?? 500;
}

/** The code that an HTTP status of 400 or above stands for, when the answer names none itself. */
export function codeOfStatus(status: number): CodeName {
  switch (status) {
    case 401:
      return 'unauthenticated';
    case 403:
      return 'permission-denied';
    case 404:
    case 410:
      return 'not-found';
    case 405:
    case 501:
      return 'unimplemented';
    case 408:
    case 504:
      return 'deadline-exceeded';
    case 409:
      return 'aborted';
    case 412:
    case 428:
      return 'failed-precondition';
    case 416:
      return 'out-of-range';
    case 429:
      return 'resource-exhausted';
    case 499:
      return 'cancelled';
    case 502:
    case 503:
      return 'unavailable';
    default:
      if (status >= 500) return 'internal';
      return status >= 400 ? 'invalid-argument' : 'unknown';
  }
}
