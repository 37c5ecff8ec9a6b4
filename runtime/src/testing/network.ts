/** A network in memory: calls go from service to service as bytes, through the faults of their edge. */

import {
  abortError,
  decodeResponse,
  encodeRequest,
  type Transport,
  type TransportAttempt,
  type TransportOperation,
  type Transports,
} from '../client-transport.ts';
import type { Codec } from '../codec/codec.ts';
import type { ClientDefinition, OperationContract } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { Reply } from '../headers.ts';
import type { Faults } from './faults.ts';
import type { Arrival, Host } from './host.ts';
import { type Form, grpcForm, httpForm } from './wire.ts';

/** Finds who answers for a destination. */
export type FindHost = (destination: ClientDefinition) => Host;

export interface Sender {
  /** The calling service. */
  readonly from: string;
  readonly codec: Codec;
  readonly faults: Faults;
  readonly hostOf: FindHost;
  /** The names by which a test may speak of a destination. */
  namesOf(destination: ClientDefinition): readonly string[];
}

/** The transports of one service. */
export function memoryTransports(sender: Sender): Transports {
  return { grpc: memoryTransport(sender, grpcForm), http: memoryTransport(sender, httpForm) };
}

function memoryTransport(sender: Sender, form: Form): Transport {
  return {
    operation: (destination, contract) => memoryOperation(sender, form, destination, contract),
    close: async () => {},
  };
}

/** One operation of a destination, called by one service. */
export function memoryOperation(
  sender: Sender,
  form: Form,
  destination: ClientDefinition,
  contract: OperationContract,
): TransportOperation {
  const { codec, faults, from, hostOf } = sender;
  const target = `${destination.name}.${contract.name}`;
  const crossing = { from, to: sender.namesOf(destination), operation: contract.name };
  const reading = { target, contract, codec };

  const write = (request: unknown) => encodeRequest(target, () => form.write(codec, contract.request, request ?? {}));
  const read = (bytes: Buffer) => decodeResponse(target, () => form.readResponse(codec, contract.response, bytes));
  const arrival = ({ headers, timeLeft }: TransportAttempt, requests: Arrival['requests'], signal: AbortSignal) => {
    // As the wire has it: whole milliseconds, and never none.
    const left = timeLeft === undefined ? undefined : Math.max(1, Math.ceil(timeLeft));
    const reply = new Reply(() => arrived.hasBegun);
    const arrived: Arrival = { form, from, headers, timeLeft: left, requests, signal, reply, hasBegun: false };
    return arrived;
  };
  const show = ({ seen }: TransportAttempt, { reply }: Arrival): void => {
    seen?.begins(reply.headers);
    seen?.ends(reply.trailers);
  };
  /** Runs what the other side does, and gives its errors as they look on this side. */
  const asSeen = (thrown: unknown, attempt: TransportAttempt, host: Host, begun: boolean): unknown => {
    if (attempt.signal.aborted) return abortError(attempt.signal, target);
    if (!(thrown instanceof ServiceError)) return thrown;
    if (thrown.origin === 'connect') return thrown;
    const seen = form.carryError(thrown, host.codec, reading, begun);
    // The other side's own account of it does not travel; a test wants it.
    return Object.assign(seen, { cause: thrown.cause ?? thrown });
  };

  const one = async (attempt: TransportAttempt, requests: Arrival['requests'], source?: Source): Promise<unknown> => {
    const host = hostOf(destination);
    const passage = faults.cross(crossing, attempt.signal);
    const call = arrival(attempt, requests, attempt.signal);
    try {
      return await unlessAborted(attempt.signal, target, async () => {
        await passage.there();
        const bytes = await host.one(contract.name, call).finally(() => show(attempt, call));
        await passage.back();
        return read(bytes);
      });
    } catch (thrown) {
      throw source?.failure ?? asSeen(thrown, attempt, host, false);
    } finally {
      source?.leave();
    }
  };

  const many = async function* (attempt: TransportAttempt, requests: Arrival['requests'], source?: Source) {
    const host = hostOf(destination);
    const passage = faults.cross(crossing, attempt.signal);
    const reader = new AbortController();
    const signal = AbortSignal.any([attempt.signal, reader.signal]);
    const call = arrival(attempt, requests, signal);
    let begun = false;
    try {
      await unlessAborted(attempt.signal, target, () => passage.there());
      for await (const bytes of host.many(contract.name, call)) {
        await unlessAborted(attempt.signal, target, () => passage.back());
        if (!begun) attempt.seen?.begins(call.reply.headers);
        begun = true;
        yield read(bytes);
      }
      show(attempt, call);
    } catch (thrown) {
      throw source?.failure ?? asSeen(thrown, attempt, host, begun);
    } finally {
      reader.abort();
      source?.leave();
    }
  };

  return {
    unary(request) {
      const bytes = write(request);
      return (attempt) => one(attempt, bytes);
    },
    serverStream(request) {
      const bytes = write(request);
      return (attempt) => many(attempt, bytes);
    },
    clientStream: (requests) => (attempt) => {
      const source = new Source(requests, write);
      return one(attempt, source, source);
    },
    bidiStream: (requests) => (attempt) => {
      const source = new Source(requests, write);
      return many(attempt, source, source);
    },
  };
}

/** The requests of a stream on their way. What goes wrong on our side is the error of the call. */
class Source implements AsyncIterable<Buffer> {
  failure: unknown;
  readonly #requests: AsyncIterator<unknown>;
  readonly #write: (request: unknown) => Buffer;

  constructor(requests: AsyncIterable<unknown>, write: (request: unknown) => Buffer) {
    this.#requests = requests[Symbol.asyncIterator]();
    this.#write = write;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const next = await this.#requests.next();
        if (next.done === true) return;
        yield this.#write(next.value);
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  leave(): void {
    Promise.resolve(this.#requests.return?.()).catch(() => {});
  }
}

/** Rejects at once when the signal aborts, whatever the work does then. */
function unlessAborted<T>(signal: AbortSignal, target: string, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(abortError(signal, target));
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', aborted));
  });
}
