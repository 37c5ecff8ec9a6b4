/** What travels between services: the bytes and errors of gRPC and of HTTP, without their sockets. */

import { declaredErrorOf, type ErrorReading } from '../client-errors.ts';
import type { Codec } from '../codec/codec.ts';
import { invalid } from '../codec/json.ts';
import { DeclaredError, grpcCodeOf, ServiceError } from '../errors.ts';
import { decodeStatusDetails, encodeStatusDetails } from '../grpc/status.ts';
import { answeredError } from '../http/client-errors.ts';
import { problemOf } from '../http/problem.ts';
import type { Transport as TransportName } from '../observe/observe.ts';

/** How values and errors look on their way, by the transport that they would take. */
export interface Form {
  readonly transport: TransportName;
  write(codec: Codec, message: string | undefined, value: unknown): Buffer;
  /** Checks as servers do. Throws `invalid-argument` with all violations. */
  readRequest(codec: Codec, message: string | undefined, bytes: Buffer): unknown;
  readResponse(codec: Codec, message: string | undefined, bytes: Buffer): unknown;
  /** The error as it looks on the other side. */
  carryError(error: ServiceError, from: Codec, reading: ErrorReading, begun: boolean): ServiceError;
}

export const grpcForm: Form = {
  transport: 'grpc',
  write: (codec, message, value) => (message === undefined ? Buffer.alloc(0) : codec.serialize(message, value)),
  readRequest(codec, message, bytes) {
    if (message === undefined) return {};
    const value = codec.deserialize(message, bytes);
    const violations = codec.validate(message, value);
    if (violations.length > 0) throw invalid(violations);
    return value;
  },
  readResponse: (codec, message, bytes) => (message === undefined ? undefined : codec.deserialize(message, bytes)),
  carryError(error, from, reading, begun) {
    const details = decodeStatusDetails(statusDetails(error, from))!;
    const declared =
      details.error &&
      declaredErrorOf(reading.contract, details.error.name, error.message, (type) =>
        reading.codec.deserialize(type, Buffer.from(details.error!.bytes)),
      );
    if (declared !== undefined) return declared;
    const { violations, stillRunning } = details;
    const retryAfter = error.retryAfter && Math.ceil(error.retryAfter);
    const rest = { violations, stillRunning, retryAfter, responseBegun: begun };
    return new ServiceError(error.code, error.message, { origin: 'remote', ...rest });
  },
};

export const httpForm: Form = {
  transport: 'http',
  write: (codec, message, value) => Buffer.from(message === undefined ? '' : codec.toJsonText(message, value)),
  readRequest: (codec, message, bytes) =>
    message === undefined ? {} : codec.fromJson(message, JSON.parse(bytes.toString()), { unknown: 'refuse' }),
  readResponse: (codec, message, bytes) =>
    message === undefined ? undefined : codec.fromJson(message, JSON.parse(bytes.toString())),
  carryError(error, from, reading) {
    return answeredError(reading, error.status, {}, JSON.stringify(problemOf(error, from)));
  },
};

/** An error as gRPC carries it beside its status. */
function statusDetails(error: ServiceError, codec: Codec): Buffer {
  const { message, violations, stillRunning } = error;
  const status = { code: grpcCodeOf(error.code), message };
  if (error instanceof DeclaredError) {
    return encodeStatusDetails({
      ...status,
      error: { name: error.error, bytes: codec.serialize(error.error, error.fields) },
    });
  }
  return encodeStatusDetails({
    ...status,
    ...(violations === undefined ? {} : { violations }),
    ...(stillRunning === true ? { stillRunning } : {}),
  });
}
