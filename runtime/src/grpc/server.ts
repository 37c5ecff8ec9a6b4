/** The gRPC side of a service: its operations on @grpc/grpc-js, errors with their details. */

import type { EventEmitter } from 'node:events';
import {
  type Metadata as GrpcMetadata,
  logVerbosity,
  Metadata,
  type MethodDefinition,
  Server,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type StatusObject,
  type sendUnaryData,
  setLogVerbosity,
  type status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Codec } from '../codec/codec.ts';
import { invalid } from '../codec/json.ts';
import { DeclaredError, grpcCodeOf, ServiceError, type Violation } from '../errors.ts';
import type { LazySignal } from '../policy/lazy-signal.ts';
import { CallIdentity, type IncomingCall } from '../server/call.ts';
import type { InFlight } from '../server/in-flight.ts';
import type { OperationServer } from '../server/operation.ts';
import { peerOf } from '../tls/peer.ts';
import { encodeStatusDetails, STATUS_DETAILS } from './status.ts';

/** Violations in a status at most, and their characters together: they travel in a header, and headers are small. */
const MOST_VIOLATIONS = 32;
const MOST_TEXT = 4096;

export interface GrpcServerOptions {
  /** Full protobuf name: `shop.orders.OrdersService`. */
  readonly service: string;
  readonly codec: Codec;
  readonly operations: readonly OperationServer[];
  readonly inFlight: InFlight;
  /** Bytes of a request message at most. */
  readonly bodyLimit: number;
}

type Call =
  | ServerUnaryCall<Buffer, Buffer>
  | ServerWritableStream<Buffer, Buffer>
  | ServerReadableStream<Buffer, Buffer>
  | ServerDuplexStream<Buffer, Buffer>;

/** A server with all operations of the service; not bound to a port yet, so that other services can be added. */
export function createGrpcServer(options: GrpcServerOptions): Server {
  const { service, operations, bodyLimit } = options;
  // What grpc-js has to say of a port that is taken, we say better.
  if (process.env.GRPC_VERBOSITY === undefined) setLogVerbosity(logVerbosity.NONE);
  const server = new Server({ 'grpc.max_receive_message_length': bodyLimit, 'grpc.max_send_message_length': -1 });
  const definition: Record<string, MethodDefinition<Buffer, Buffer>> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const operation of operations) {
    const { name, stream } = operation.definition;
    definition[name] = {
      path: `/${service}/${name}`,
      requestStream: stream === 'client' || stream === 'both',
      responseStream: stream === 'server' || stream === 'both',
      // Messages stay bytes here: a fault in them is the client's, which grpc-js would report as its server's.
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    implementation[name] =
      stream === 'server' || stream === 'both'
        ? (call: ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>) =>
            void answerStream(operation, options, call)
        : (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
            void answerUnary(operation, options, call, done);
  }
  server.addService(definition, implementation);
  return server;
}

const asIs = (bytes: Buffer) => bytes;

async function answerUnary(
  operation: OperationServer,
  { codec, inFlight }: GrpcServerOptions,
  call: ServerUnaryCall<Buffer, Buffer>,
  done: sendUnaryData<Buffer>,
): Promise<void> {
  const { response } = operation.definition;
  const gone = inFlight.begin(operation.definition.stream === undefined ? 'unary' : 'stream');
  const incoming = incomingCall(operation, codec, call, gone);
  const bytes = (value: unknown) => (response === undefined ? Buffer.alloc(0) : codec.serialize(response, value));
  try {
    done(null, await operation.unary(incoming, new CallIdentity(operation.definition.name, incoming), bytes));
  } catch (error) {
    done(statusOfError(error as ServiceError, codec));
  } finally {
    inFlight.end(gone);
  }
}

async function answerStream(
  operation: OperationServer,
  { codec, inFlight }: GrpcServerOptions,
  call: ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>,
): Promise<void> {
  const response = operation.definition.response!;
  const gone = inFlight.begin('stream');
  const incoming = incomingCall(operation, codec, call, gone);
  try {
    await operation.stream(incoming, new CallIdentity(operation.definition.name, incoming), (item) =>
      write(call, codec.serialize(response, item), gone.signal),
    );
    call.end();
  } catch (error) {
    call.emit('error', statusOfError(error as ServiceError, codec));
  } finally {
    inFlight.end(gone);
  }
}

function incomingCall(operation: OperationServer, codec: Codec, call: Call, gone: LazySignal): IncomingCall {
  const message = operation.definition.request;
  (call as EventEmitter).once('cancelled', () => gone.abort());
  const decode = (bytes: Buffer): unknown => {
    if (message === undefined) return {};
    const value = codec.deserialize(message, bytes);
    const violations = codec.validate(message, value);
    if (violations.length > 0) throw invalid(violations);
    return value;
  };
  return {
    transport: 'grpc',
    header: (name) => headerOf(call.metadata, name),
    get ip() {
      return addressOf(call.getPeer());
    },
    get peer() {
      const { sslPeerCertificate } = call.getAuthContext();
      return sslPeerCertificate && peerOf(sslPeerCertificate);
    },
    timeLeft: timeLeftOf(call.getDeadline()),
    caller: gone,
    request: () => ('request' in call ? decode(call.request) : decodeAll(call as AsyncIterable<Buffer>, decode)),
  };
}

async function* decodeAll(call: AsyncIterable<Buffer>, decode: (bytes: Buffer) => unknown): AsyncGenerator<unknown> {
  for await (const bytes of call) yield decode(bytes);
}

/** Resolves when more may be written. Rejects when the client has gone away. */
async function write(
  call: ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) throw leftBy();
  if (call.write(bytes)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = () => {
      call.off('drain', settle);
      signal.removeEventListener('abort', settle);
      if (signal.aborted) reject(leftBy());
      else resolve();
    };
    call.once('drain', settle);
    signal.addEventListener('abort', settle, { once: true });
  });
}

function leftBy(): ServiceError {
  return new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled' });
}

function headerOf(metadata: GrpcMetadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return value === undefined ? undefined : value.toString();
}

/** `127.0.0.1:5000` or `[::1]:5000` → the address alone. */
function addressOf(peer: string): string {
  return peer.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** grpc-js turned the time left into an instant of the wall clock when the call arrived; this turns it back. */
function timeLeftOf(deadline: Date | number): number | undefined {
  const at = Number(deadline);
  return Number.isFinite(at) ? Math.max(0, at - Date.now()) : undefined;
}

/** An error as gRPC status, with its violations or declared fields as details. */
export function statusOfError(error: ServiceError, codec: Codec): Partial<StatusObject> & { code: status; details: string } {
  const code = grpcCodeOf(error.code);
  const details = error.message.toWellFormed();
  const metadata = new Metadata();
  const violations = error.violations && fitting(error.violations);
  if (error instanceof DeclaredError) {
    const declared = { name: error.error, bytes: codec.serialize(error.error, error.fields) };
    metadata.set(STATUS_DETAILS, encodeStatusDetails({ code, message: details, error: declared }));
  } else if (violations !== undefined) {
    metadata.set(STATUS_DETAILS, encodeStatusDetails({ code, message: details, violations }));
  } else if (error.stillRunning) {
    metadata.set(STATUS_DETAILS, encodeStatusDetails({ code, message: details, stillRunning: true }));
  }
  if (error.retryAfter !== undefined) metadata.set('grpc-retry-pushback-ms', String(Math.ceil(error.retryAfter)));
  return { code, details, metadata };
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
