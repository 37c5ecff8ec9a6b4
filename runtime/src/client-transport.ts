/** What carries calls to another service: HTTP or gRPC. Policies stand above it and see only attempts and errors. */

import type { AnswerSeen } from './answer-seen.ts';
import type { ClientDefinition, OperationContract } from './definition.ts';
import { ServiceError } from './errors.ts';
import type { AttemptSpan } from './observe/call-span.ts';

/** One attempt, as a transport needs it. */
export interface TransportAttempt {
  /** Address: `host:port`, or a url for HTTP. */
  readonly endpoint: string;
  readonly signal: AbortSignal;
  /** Milliseconds until nobody waits any longer; told to the callee. */
  readonly timeLeft: number | undefined;
  /** Trace, request id and the like: lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Shown what comes beside the answer, where its caller wants to know. */
  readonly seen?: AnswerSeen | undefined;
  /** Only where spans go anywhere. */
  readonly span?: AttemptSpan | undefined;
}

/** An operation of a callee, ready to be called: requests and responses are in TypeScript form. */
export interface TransportOperation {
  /** Encodes the request once for all attempts; throws a `ServiceError` with origin `local` if it does not fit its message. */
  unary(request: unknown): (attempt: TransportAttempt) => Promise<unknown>;
  serverStream(request: unknown): (attempt: TransportAttempt) => AsyncIterable<unknown>;
  clientStream(requests: AsyncIterable<unknown>): (attempt: TransportAttempt) => Promise<unknown>;
  bidiStream(requests: AsyncIterable<unknown>): (attempt: TransportAttempt) => AsyncIterable<unknown>;
}

/**
 * Attempts reject with a `ServiceError` and settle soon after their signal has aborted; a stream that its reader leaves
 * early is cancelled at the server.
 */
export interface Transport {
  operation(destination: ClientDefinition, contract: OperationContract): TransportOperation;
  /** Closes all connections; running calls fail. */
  close(): Promise<void>;
}

/** One for each way in which a callee may be reached. */
export interface Transports {
  readonly grpc: Transport;
  readonly http: Transport;
}

/** The error of an attempt whose signal has aborted: why it was, when a policy said so. */
export function abortError(signal: AbortSignal, target: string): ServiceError {
  if (signal.reason instanceof ServiceError) return signal.reason;
  return new ServiceError('cancelled', `the call of ${target} was cancelled`, {
    origin: 'cancelled',
    cause: signal.reason,
  });
}

/** Encodes a request; what does not fit is a fault of the calling handler, not of the callee. */
export function encodeRequest<Encoded>(target: string, encode: () => Encoded): Encoded {
  try {
    return encode();
  } catch (error) {
    throw new ServiceError(
      'internal',
      `the request of ${target} does not fit its message: ${(error as Error).message}`,
      {
        origin: 'local',
        cause: error,
      },
    );
  }
}

/** Decodes a response; what does not fit is a fault of the callee, whatever the decoder calls it. */
export function decodeResponse<Decoded>(target: string, decode: () => Decoded): Decoded {
  try {
    return decode();
  } catch (error) {
    const violations = error instanceof ServiceError ? error.violations : undefined;
    const faults = violations?.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new ServiceError(
      'internal',
      `${target} answered with no message of its contract: ${faults ?? (error as Error).message}`,
      {
        origin: 'remote',
        cause: error,
      },
    );
  }
}
