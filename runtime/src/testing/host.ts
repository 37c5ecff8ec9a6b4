/** Who answers calls: a service under test, or a fake that a test plays. */

import type { Logger } from 'pino';
import type { Codec } from '../codec/codec.ts';
import type { ClientDefinition, OperationContract } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { Reply } from '../headers.ts';
import { CallIdentity, type IncomingCall } from '../server/call.ts';
import { failureOf } from '../server/failure.ts';
import type { InFlight } from '../server/in-flight.ts';
import type { Listener } from '../server/listeners.ts';
import type { OperationServer } from '../server/operation.ts';
import type { FakeCall } from './contract.ts';
import { Pipe } from './pipe.ts';
import type { Form } from './wire.ts';

/** A call as it arrives. */
export interface Arrival extends FakeCall {
  readonly form: Form;
  /** One request, or the stream of them. */
  readonly requests: Buffer | AsyncIterable<Buffer>;
  reply: Reply;
  /** Whether the first part of the answer is on its way. */
  hasBegun: boolean;
}

/** Answers in bytes; rejects with a `ServiceError` as the answerer has it. */
export interface Host {
  readonly codec: Codec;
  one(operation: string, arrival: Arrival): Promise<Buffer>;
  many(operation: string, arrival: Arrival): AsyncIterable<Buffer>;
}

export interface ServiceHostParts {
  readonly codec: Codec;
  readonly inFlight: InFlight;
}

/** A service as others reach it. It is its own listener: closed, it takes no calls and waits for those that run. */
export class ServiceHost implements Host, Listener {
  readonly kind = 'grpc';
  readonly port = 0;
  readonly codec: Codec;
  readonly #name: string;
  readonly #operations: ReadonlyMap<string, OperationServer>;
  readonly #inFlight: InFlight;
  #running = 0;
  #closed = false;
  #idle = () => {};

  constructor(name: string, operations: readonly OperationServer[], { codec, inFlight }: ServiceHostParts) {
    this.#name = name;
    this.codec = codec;
    this.#inFlight = inFlight;
    this.#operations = new Map(operations.map((operation) => [operation.definition.name, operation]));
  }

  async one(name: string, arrival: Arrival): Promise<Buffer> {
    const operation = this.#operation(name);
    const { response } = operation.definition;
    const kind = operation.definition.stream === undefined ? 'unary' : 'stream';
    return this.#answer(operation, arrival, kind, (call, identity) =>
      operation.unary(call, identity, (value) => arrival.form.write(this.codec, response, value)),
    );
  }

  async *many(name: string, arrival: Arrival): AsyncGenerator<Buffer> {
    const operation = this.#operation(name);
    const { response } = operation.definition;
    const pipe = new Pipe<Buffer>();
    const send = (item: unknown) => {
      arrival.hasBegun = true;
      return pipe.send(arrival.form.write(this.codec, response, item));
    };
    this.#answer(operation, arrival, 'stream', (call, identity) => operation.stream(call, identity, send)).then(
      () => pipe.end(),
      (error) => pipe.fail(error),
    );
    yield* pipe;
  }

  #operation(name: string): OperationServer {
    if (this.#closed) {
      throw new ServiceError('unavailable', `${this.#name} cannot be reached: it has stopped`, { origin: 'connect' });
    }
    const operation = this.#operations.get(name);
    if (operation === undefined) throw new ServiceError('unimplemented', `${this.#name} has no operation ${name}.`);
    return operation;
  }

  async #answer<T>(
    { definition }: OperationServer,
    arrival: Arrival,
    kind: 'unary' | 'stream',
    work: (call: IncomingCall, identity: CallIdentity) => Promise<T>,
  ): Promise<T> {
    const { form, headers, requests, signal, timeLeft } = arrival;
    const caller = this.#inFlight.begin(kind);
    const gone = () => caller.abort();
    signal.addEventListener('abort', gone);
    const read = (bytes: Buffer) => form.readRequest(this.codec, definition.request, bytes);
    const call: IncomingCall = {
      transport: form.transport,
      header: (name) => headers[name],
      ip: '127.0.0.1',
      peer: undefined,
      timeLeft,
      caller,
      get hasBegun() {
        return arrival.hasBegun;
      },
      get reply() {
        return arrival.reply;
      },
      set reply(reply) {
        if (reply !== undefined) arrival.reply = reply;
      },
      request: () => (Buffer.isBuffer(requests) ? read(requests) : each(requests, read)),
    };
    this.#running += 1;
    try {
      return await work(call, new CallIdentity(definition.name, call));
    } finally {
      signal.removeEventListener('abort', gone);
      this.#inFlight.end(caller);
      this.#running -= 1;
      if (this.#running === 0) this.#idle();
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  destroy(): void {
    this.#inFlight.stopAll();
  }
}

/** The functions of a fake, by camelCase operation name. */
export type FakeFunctions = Readonly<Record<string, ((request: never, call: FakeCall) => unknown) | undefined>>;

/** A neighbour that a test plays. Requests are checked as the neighbour would, and answers have to fit its contract. */
export class FakeHost implements Host {
  readonly codec: Codec;
  readonly #key: string;
  readonly #destination: ClientDefinition;
  readonly #functions: FakeFunctions | undefined;
  readonly #log: Logger;

  constructor(
    key: string,
    destination: ClientDefinition,
    functions: FakeFunctions | undefined,
    codec: Codec,
    log: Logger,
  ) {
    this.#key = key;
    this.#destination = destination;
    this.#functions = functions;
    this.codec = codec;
    this.#log = log;
  }

  async one(name: string, arrival: Arrival): Promise<Buffer> {
    const { contract, fake } = this.#find(name);
    try {
      const value = await fake(this.#requests(contract, arrival) as never, arrival);
      return arrival.form.write(this.codec, contract.response, value);
    } catch (thrown) {
      throw this.#answerOf(thrown, contract);
    }
  }

  async *many(name: string, arrival: Arrival): AsyncGenerator<Buffer> {
    const { contract, fake } = this.#find(name);
    try {
      const values = fake(this.#requests(contract, arrival) as never, arrival) as AsyncIterable<unknown>;
      for await (const value of values) {
        arrival.hasBegun = true;
        yield arrival.form.write(this.codec, contract.response, value);
      }
    } catch (thrown) {
      throw this.#answerOf(thrown, contract);
    }
  }

  #find(name: string) {
    const [key, contract] = Object.entries(this.#destination.operations).find(([, each]) => each.name === name)!;
    const fake = this.#functions?.[key];
    if (fake !== undefined) return { contract, fake };
    const target = `${this.#destination.name}.${name}`;
    const wanted = `fakes: { ${this.#key}: { ${key}: … } }`;
    throw new ServiceError(
      'unimplemented',
      `${target} is called, and the test plays no such operation; give ${wanted}`,
    );
  }

  #requests(contract: OperationContract, { form, requests }: Arrival): unknown {
    const read = (bytes: Buffer) => form.readRequest(this.codec, contract.request, bytes);
    return Buffer.isBuffer(requests) ? read(requests) : each(requests, read);
  }

  /** What a service would answer whose handler had thrown this. */
  #answerOf(thrown: unknown, contract: OperationContract): ServiceError {
    const { answer, fault } = failureOf(thrown, contract.errors);
    if (fault) this.#log.error({ err: thrown }, `the fake of ${this.#destination.name}.${contract.name} failed`);
    return answer;
  }
}

async function* each(requests: AsyncIterable<Buffer>, read: (bytes: Buffer) => unknown): AsyncGenerator<unknown> {
  for await (const bytes of requests) yield read(bytes);
}
