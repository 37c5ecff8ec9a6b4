/** What a gRPC status means as a `ServiceError`. */

import type { IncomingHttpHeaders } from 'node:http2';
import { declaredErrorOf, type ErrorReading } from '../client-errors.ts';
import { codeOfGrpc, ServiceError } from '../errors.ts';
import { decodeBinary } from '../headers.ts';
import { decodeMessage, textOf } from './headers.ts';
import { decodeStatusDetails, STATUS_DETAILS, type StatusDetails } from './status.ts';

/** How a call ended that did not end well. */
export interface GrpcFailure {
  /** 1–16. */
  readonly code: number;
  readonly message: string;
  /** What came with the status. */
  readonly trailers: IncomingHttpHeaders | undefined;
  /** The server's headers had come. */
  readonly begun: boolean;
  readonly cause?: unknown;
}

/** A declared error, one with violations, or what the status code says. */
export function grpcError(reading: ErrorReading, { code, message, trailers, begun, cause }: GrpcFailure): ServiceError {
  const details = detailsIn(trailers);
  const name = codeOfGrpc(code);
  return (
    declaredIn(reading, details, message) ??
    new ServiceError(name, message || `${reading.target} answered ${name}`, {
      violations: details?.violations,
      retryAfter: pushbackIn(trailers),
      origin: 'remote',
      responseBegun: begun,
      stillRunning: details?.stillRunning,
      cause,
    })
  );
}

/** The status that trailers hold; undefined where they hold none. */
export function statusIn(
  trailers: IncomingHttpHeaders,
): { readonly code: number; readonly message: string } | undefined {
  const status = textOf(trailers['grpc-status']);
  if (status === undefined) return undefined;
  const code = /^\d{1,3}$/.test(status) ? Number(status) : Number.NaN;
  return { code, message: decodeMessage(textOf(trailers['grpc-message']) ?? '') };
}

/** The error of a call that provably never reached a server. */
export function neverSent({ target }: ErrorReading, cause: unknown): ServiceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ServiceError('unavailable', `${target} cannot be reached: ${why}`, { origin: 'connect', cause });
}

function declaredIn(
  { contract, codec }: ErrorReading,
  details: StatusDetails | undefined,
  message: string,
): ServiceError | undefined {
  if (details?.error === undefined) return undefined;
  const { name, bytes } = details.error;
  return declaredErrorOf(contract, name, message, (type) => codec.deserialize(type, bytes));
}

function detailsIn(trailers: IncomingHttpHeaders | undefined): StatusDetails | undefined {
  const value = textOf(trailers?.[STATUS_DETAILS]);
  return value === undefined ? undefined : decodeStatusDetails(decodeBinary(value));
}

/** Milliseconds; negative, or not a number: do not retry (gRPC A6). */
function pushbackIn(trailers: IncomingHttpHeaders | undefined): number | undefined {
  const pushback = textOf(trailers?.['grpc-retry-pushback-ms']);
  if (pushback === undefined) return undefined;
  return /^\d+$/.test(pushback) ? Number(pushback) : -1;
}
