/** What a gRPC status means as a `ServiceError`. */

import { type ServiceError as GrpcError, type Metadata, status } from '@grpc/grpc-js';
import { declaredErrorOf, type ErrorReading } from '../client-errors.ts';
import { codeOfGrpc, ServiceError } from '../errors.ts';
import { decodeStatusDetails, STATUS_DETAILS, type StatusDetails } from './status.ts';

export interface GrpcFailure {
  readonly error: GrpcError;
  /** The call was never given to a connection. */
  readonly neverSent: boolean;
  /** The server's headers had come. */
  readonly begun: boolean;
}

/** A declared error, one with violations, or what the status code says. */
export function grpcError(reading: ErrorReading, { error, neverSent, begun }: GrpcFailure): ServiceError {
  if (neverSent && error.code === status.UNAVAILABLE) {
    return new ServiceError('unavailable', `${reading.target} cannot be reached: ${error.details}`, {
      origin: 'connect',
      cause: error,
    });
  }
  const details = detailsIn(error.metadata);
  return (
    declaredIn(reading, details, error.details) ??
    new ServiceError(codeOf(error), error.details || `${reading.target} answered ${status[error.code]}`, {
      violations: details?.violations,
      retryAfter: pushbackIn(error.metadata),
      origin: 'remote',
      responseBegun: begun,
      stillRunning: details?.stillRunning,
      cause: error,
    })
  );
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

/** A stream that the server reset without a status reads as CANCELLED; but nobody here cancelled it, the server broke off. */
function codeOf(error: GrpcError) {
  const reset = error.code === status.CANCELLED && error.details === 'Call cancelled';
  return reset ? 'unavailable' : codeOfGrpc(error.code);
}

function detailsIn(metadata: Metadata | undefined): StatusDetails | undefined {
  const bytes = metadata?.get(STATUS_DETAILS)[0];
  return bytes instanceof Uint8Array ? decodeStatusDetails(bytes) : undefined;
}

/** Milliseconds; negative, or not a number: do not retry (gRPC A6). */
function pushbackIn(metadata: Metadata | undefined): number | undefined {
  const pushback = metadata?.get('grpc-retry-pushback-ms')[0];
  if (pushback === undefined) return undefined;
  return /^\d+$/.test(String(pushback)) ? Number(pushback) : -1;
}
