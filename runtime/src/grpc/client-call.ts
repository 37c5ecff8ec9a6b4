/** One attempt of a gRPC call: answers and errors out of grpc-js's streams, cancellation into them. */

import {
  type Client,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ServiceError as GrpcError,
  Metadata,
} from '@grpc/grpc-js';
import type { ErrorReading } from '../client-errors.ts';
import { abortError, type TransportAttempt } from '../client-transport.ts';
import type { GrpcChannel } from './client-channel.ts';
import { grpcError } from './client-errors.ts';

/** A call that runs. */
export interface Started<Call> {
  readonly call: Call;
  /** To be called when it is over. */
  readonly over?: () => void;
}

/** What a call is started with. */
export interface Start {
  readonly client: Client;
  readonly metadata: Metadata;
  /** Takes an error of our own side, which then is the error of the call. */
  readonly failed: (error: unknown) => void;
}

export type Answer = (error: GrpcError | null, bytes?: Buffer) => void;

/** An attempt, what it is made over, and how its errors are read. */
export interface CallOn {
  readonly reading: ErrorReading;
  readonly attempt: TransportAttempt;
  readonly channel: GrpcChannel;
}

/** A call with one answer. */
export function answered(
  on: CallOn,
  start: (context: Start, answer: Answer) => Started<ClientUnaryCall>,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const running = new Running(on, (context) =>
      start(context, (error, bytes) => {
        running.end();
        if (error === null) resolve(bytes!);
        else reject(running.errorOf(error));
      }),
    );
  });
}

/** A call with many answers. The server hears of it when its reader leaves early. */
export async function* streamed(
  on: CallOn,
  decode: (bytes: Buffer) => unknown,
  start: (context: Start) => Started<ClientReadableStream<Buffer>>,
): AsyncGenerator<unknown> {
  const running = new Running(on, start);
  const { call } = running;
  try {
    for await (const bytes of call) yield decode(bytes);
  } catch (error) {
    throw running.errorOf(error);
  } finally {
    running.end();
    // Without effect on a call that has ended; one that has not ends with an error that nobody waits for.
    call.on('error', () => {});
    call.cancel();
  }
}

/** What is watched of a call while it runs. */
class Running<Call extends ClientUnaryCall> {
  readonly call: Call;
  readonly #on: CallOn;
  readonly #client: Client;
  readonly #over: (() => void) | undefined;
  readonly #cancel: () => void;
  #begun = false;
  #failure: unknown;

  constructor(on: CallOn, start: (context: Start) => Started<Call>) {
    const { signal } = on.attempt;
    if (signal.aborted) throw abortError(signal, on.reading.target);
    const failed = (error: unknown) => {
      this.#failure = error;
    };
    this.#on = on;
    this.#client = on.channel.client;
    const { call, over } = start({ client: this.#client, metadata: metadataOf(on.attempt), failed });
    this.call = call;
    this.#over = over;
    this.#cancel = () => call.cancel();
    signal.addEventListener('abort', this.#cancel);
    call.on('metadata', () => {
      this.#begun = true;
    });
    // Every answer ends with a status, an error too; what we ended ourselves says nothing of the server.
    call.on('status', () => {
      if (!signal.aborted) on.channel.heard();
    });
  }

  end(): void {
    this.#on.attempt.signal.removeEventListener('abort', this.#cancel);
    this.#over?.();
  }

  /** What the caller is told: why it was aborted, what failed on our side, or what the server said. */
  errorOf(error: unknown): unknown {
    const { reading, attempt, channel } = this.#on;
    if (attempt.signal.aborted) {
      const reason = abortError(attempt.signal, reading.target);
      const timeRanOut = reason.origin === 'timeout' || reason.origin === 'deadline';
      if (timeRanOut && !this.#begun) channel.silent(this.#client);
      return reason;
    }
    if (this.#failure !== undefined) return this.#failure;
    if (!isStatus(error)) return error;
    // Until a connection has taken the call, its peer is the channel's own target.
    const neverSent = this.call.getPeer() === this.#client.getChannel().getTarget();
    return grpcError(reading, { error, neverSent, begun: this.#begun });
  }
}

function isStatus(error: unknown): error is GrpcError {
  return error instanceof Error && 'metadata' in error;
}

/**
 * The time left travels as `grpc-timeout`, set here rather than through grpc-js's deadline: that is an instant of the wall
 * clock, which may jump, and the policy above ends the call anyway.
 */
function metadataOf({ headers, timeLeft }: TransportAttempt): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  if (timeLeft !== undefined) metadata.set('grpc-timeout', timeoutText(timeLeft));
  return metadata;
}

/** At most eight digits and a unit. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
function timeoutText(milliseconds: number): string {
  const whole = Math.max(1, Math.ceil(milliseconds));
  return whole < 1e8 ? `${whole}m` : `${Math.min(99_999_999, Math.ceil(whole / 1000))}S`;
}
