/** The operations of a service as methods of gRPC, errors with their details. */

import type { Codec } from '../codec/codec.ts';
import { invalid } from '../codec/json.ts';
import { DeclaredError, grpcCodeOf, ServiceError, type Violation } from '../errors.ts';
import { encodeBinary, type Reply } from '../headers.ts';
import { grpcSubject, type SpanSubject } from '../observe/conventions.ts';
import { CallIdentity, type IncomingCall } from '../server/call.ts';
import type { CallInFlight, InFlight } from '../server/in-flight.ts';
import type { OperationServer } from '../server/operation.ts';
import { peerAt } from '../tls/peer.ts';
import type { GrpcMethod, GrpcStatus, ServerCall } from './server-call.ts';
import { encodeStatusDetails, STATUS_DETAILS, type StatusDetails } from './status.ts';

/** Violations in a status at most, and their characters together: they travel in a header, and headers are small. */
const MOST_VIOLATIONS = 32;
const MOST_TEXT = 4096;
/** Bytes of details at most: with more, no header would arrive, and neither would the status. */
const MOST_DETAILS = 8192;

export interface OperationMethodOptions {
  /** Full protobuf name: `shop.orders.OrdersService`. */
  readonly service: string;
  readonly codec: Codec;
  readonly operations: readonly OperationServer[];
  readonly inFlight: InFlight;
}

/** Methods by their names in protobuf. */
export function operationMethods(options: OperationMethodOptions): Readonly<Record<string, GrpcMethod>> {
  const methods: Record<string, GrpcMethod> = {};
  for (const operation of options.operations) {
    const { name, stream } = operation.definition;
    const responseStream = stream === 'server' || stream === 'both';
    methods[name] = {
      requestStream: stream === 'client' || stream === 'both',
      responseStream,
      answer: (call) => {
        const begun = new OperationCall(operation, options, call);
        void (responseStream ? begun.stream() : begun.unary());
      },
    };
  }
  return methods;
}

/** A call of an operation. */
class OperationCall implements IncomingCall {
  readonly transport = 'grpc';
  readonly caller: CallInFlight;
  readonly timeLeft: number | undefined;
  reply: Reply | undefined = undefined;
  readonly #operation: OperationServer;
  readonly #options: OperationMethodOptions;
  readonly #call: ServerCall;

  constructor(operation: OperationServer, options: OperationMethodOptions, call: ServerCall) {
    this.#operation = operation;
    this.#options = options;
    this.#call = call;
    this.timeLeft = call.timeLeft;
    const caller = options.inFlight.begin(operation.definition.stream === undefined ? 'unary' : 'stream');
    call.gone = () => caller.abort();
    this.caller = caller;
  }

  get ip(): string {
    return this.#call.socket?.remoteAddress ?? '';
  }

  get peer() {
    const { socket } = this.#call;
    return socket && peerAt(socket);
  }

  header(name: string): string | undefined {
    return this.#call.header(name);
  }

  get hasBegun(): boolean {
    return this.#call.hasBegun;
  }

  subject(): SpanSubject {
    return grpcSubject(`${this.#options.service}/${this.#operation.definition.name}`);
  }

  request(): unknown {
    const { stream } = this.#operation.definition;
    return stream === 'client' || stream === 'both' ? this.#requests() : this.#decode(this.#call.message);
  }

  async unary(): Promise<void> {
    const identity = new CallIdentity(this.#operation.definition.name, this);
    try {
      const answer = await this.#operation.unary(this, identity, (value) => this.#encode(value));
      if (this.reply !== undefined) this.#addMetadata(this.reply);
      this.#call.answer(answer);
    } catch (error) {
      this.#fail(error, identity);
    } finally {
      this.#options.inFlight.end(this.caller);
    }
  }

  async stream(): Promise<void> {
    const identity = new CallIdentity(this.#operation.definition.name, this);
    try {
      await this.#operation.stream(this, identity, (item) => this.#send(this.#encode(item)));
      if (this.reply !== undefined) this.#addMetadata(this.reply);
      this.#call.end();
    } catch (error) {
      this.#fail(error, identity);
    } finally {
      this.#options.inFlight.end(this.caller);
    }
  }

  async #send(bytes: Buffer): Promise<void> {
    if (this.caller.aborted) throw leftBy();
    if (this.reply !== undefined && !this.#call.hasBegun) this.#addMetadata(this.reply);
    const waiting = this.#call.send(bytes);
    if (waiting === undefined) return;
    await waiting;
    if (this.caller.aborted) throw leftBy();
  }

  /** Of what has been sent already nothing is sent again. */
  #addMetadata({ headers, trailers }: Reply): void {
    this.#call.initialMetadata = { ...this.#call.initialMetadata, ...headers };
    this.#call.trailingMetadata = { ...this.#call.trailingMetadata, ...trailers };
  }

  #fail(error: unknown, { requestId }: CallIdentity): void {
    if (this.reply !== undefined) this.#addMetadata(this.reply);
    const { code, message, trailers } = statusOfError(error as ServiceError, this.#options.codec);
    // Its caller may want to ask about it.
    this.#call.end({ code, message, trailers: { ...trailers, 'x-request-id': requestId } });
  }

  #encode(value: unknown): Buffer {
    const { response } = this.#operation.definition;
    return response === undefined ? NOTHING : this.#options.codec.serialize(response, value);
  }

  #decode(bytes: Buffer): unknown {
    const { codec } = this.#options;
    const message = this.#operation.definition.request;
    if (message === undefined) return {};
    const value = codec.deserialize(message, bytes);
    const violations = codec.validate(message, value);
    if (violations.length > 0) throw invalid(violations);
    return value;
  }

  async *#requests(): AsyncGenerator<unknown> {
    for await (const bytes of this.#call.messages()) yield this.#decode(bytes);
  }
}

const NOTHING = Buffer.alloc(0);

function leftBy(): ServiceError {
  return new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled' });
}

/** An error as gRPC status, with its violations or declared fields as details. */
function statusOfError(error: ServiceError, codec: Codec): GrpcStatus {
  const code = grpcCodeOf(error.code);
  const message = error.message.slice(0, MOST_TEXT).toWellFormed();
  const details = detailsOf(error, codec);
  const bytes = details && encodeStatusDetails({ code, message, ...details });
  const trailers = {
    ...(bytes && bytes.length <= MOST_DETAILS && { [STATUS_DETAILS]: encodeBinary(bytes) }),
    ...(error.retryAfter !== undefined && { 'grpc-retry-pushback-ms': String(Math.ceil(error.retryAfter)) }),
  };
  return { code, message, trailers };
}

function detailsOf(error: ServiceError, codec: Codec): Omit<StatusDetails, 'code' | 'message'> | undefined {
  if (error instanceof DeclaredError) {
    return { error: { name: error.error, bytes: codec.serialize(error.error, error.fields) } };
  }
  if (error.violations !== undefined) return { violations: fitting(error.violations) };
  return error.stillRunning ? { stillRunning: true } : undefined;
}

/** The violations that a header has room for, from the first on. */
function fitting(violations: readonly Violation[]): readonly Violation[] {
  let room = MOST_TEXT;
  const isWithin = ({ field, message }: Violation) => {
    room -= field.length + message.length;
    return room >= 0;
  };
  const beyond = violations.findIndex((violation, index) => index >= MOST_VIOLATIONS || !isWithin(violation));
  return beyond === -1 ? violations : violations.slice(0, Math.max(1, beyond));
}
