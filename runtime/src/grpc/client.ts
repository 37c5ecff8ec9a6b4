/** Calls over gRPC. */

import {
  type ChannelOptions,
  Client,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  type ServiceError as GrpcError,
  Metadata,
} from '@grpc/grpc-js';
import type { ErrorReading } from '../client-errors.ts';
import {
  abortError,
  decodeResponse,
  encodeRequest,
  type Transport,
  type TransportAttempt,
  type TransportOperation,
} from '../client-transport.ts';
import type { Codec } from '../codec/codec.ts';
import type { ClientDefinition, OperationContract } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { grpcError } from './client-errors.ts';
import { sendRequests } from './client-requests.ts';

/** Retries are the policy's. A server that comes back is noticed within a second: gRPC's own backoff grows to two minutes. */
const CHANNEL: ChannelOptions = {
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.service_config_disable_resolution': 1,
  // Addresses with one channel each must not share what another service of this process closes.
  'grpc.use_local_subchannel_pool': 1,
};

/** One channel for each address, shared by all operations. */
export function grpcTransport(codec: Codec): Transport {
  const clients = new Map<string, Client>();
  const clientOf = (endpoint: string): Client => {
    let client = clients.get(endpoint);
    if (client === undefined) {
      const secure = endpoint.startsWith('https://');
      const address = endpoint.replace(/^https?:\/\//, '').replace(/\/+$/, '');
      client = new Client(address, secure ? credentials.createSsl() : credentials.createInsecure(), CHANNEL);
      clients.set(endpoint, client);
    }
    return client;
  };
  return {
    operation: (destination, contract) => grpcOperation(destination, contract, codec, clientOf),
    async close() {
      for (const client of clients.values()) client.close();
      clients.clear();
    },
  };
}

const asIs = (bytes: Buffer): Buffer => bytes;

function grpcOperation(
  { name, grpc }: ClientDefinition,
  contract: OperationContract,
  codec: Codec,
  clientOf: (endpoint: string) => Client,
): TransportOperation {
  const target = `${name}.${contract.name}`;
  const path = `/${grpc!.service}/${contract.name}`;
  const reading: ErrorReading = { target, contract, codec };
  const { request: requestType, response: responseType } = contract;
  const encode = (request: unknown): Buffer =>
    encodeRequest(target, () =>
      requestType === undefined ? Buffer.alloc(0) : codec.serialize(requestType, request ?? {}),
    );
  const decode = (bytes: Buffer): unknown =>
    responseType === undefined ? undefined : decodeResponse(target, () => codec.deserialize(responseType, bytes));

  return {
    unary(request) {
      const bytes = encode(request);
      return async (attempt) =>
        decode(
          await answered(reading, attempt, clientOf(attempt.endpoint), (client, metadata, callback) => ({
            call: client.makeUnaryRequest(path, asIs, asIs, bytes, metadata, {}, callback),
          })),
        );
    },
    serverStream(request) {
      const bytes = encode(request);
      return (attempt) =>
        streamed(reading, attempt, clientOf(attempt.endpoint), decode, (client, metadata) => ({
          call: client.makeServerStreamRequest(path, asIs, asIs, bytes, metadata, {}),
        }));
    },
    clientStream(requests) {
      return async (attempt) =>
        decode(
          await answered(reading, attempt, clientOf(attempt.endpoint), (client, metadata, callback, failed) => {
            const call = client.makeClientStreamRequest(path, asIs, asIs, metadata, {}, callback);
            return { call, over: sendRequests(requests, encode, call, failed) };
          }),
        );
    },
    bidiStream(requests) {
      return (attempt) =>
        streamed(reading, attempt, clientOf(attempt.endpoint), decode, (client, metadata, failed) => {
          const call = client.makeBidiStreamRequest(path, asIs, asIs, metadata, {});
          return { call, over: sendRequests(requests, encode, call, failed) };
        });
    },
  };
}

interface Started<Call> {
  readonly call: Call;
  /** To be called when the call is over. */
  readonly over?: () => void;
}

type Answer = (error: GrpcError | null, bytes?: Buffer) => void;
type Failed = (error: unknown) => void;

/** A call with one answer. */
function answered(
  reading: ErrorReading,
  attempt: TransportAttempt,
  client: Client,
  start: (client: Client, metadata: Metadata, answer: Answer, failed: Failed) => Started<ClientUnaryCall>,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { signal } = attempt;
    if (signal.aborted) throw abortError(signal, reading.target);
    let begun = false;
    let failure: unknown;
    const answer: Answer = (error, bytes) => {
      signal.removeEventListener('abort', cancel);
      over?.();
      if (error === null) resolve(bytes!);
      else reject(failure ?? failed(reading, attempt, client, call, error, begun));
    };
    const { call, over } = started(reading, () =>
      start(client, metadataOf(attempt), answer, (error) => {
        failure = error;
      }),
    );
    const cancel = () => call.cancel();
    signal.addEventListener('abort', cancel);
    call.on('metadata', () => {
      begun = true;
    });
  });
}

/** A call with many answers. The server hears of it when its reader leaves early. */
async function* streamed(
  reading: ErrorReading,
  attempt: TransportAttempt,
  client: Client,
  decode: (bytes: Buffer) => unknown,
  start: (client: Client, metadata: Metadata, failed: Failed) => Started<ClientReadableStream<Buffer>>,
): AsyncGenerator<unknown> {
  const { signal } = attempt;
  if (signal.aborted) throw abortError(signal, reading.target);
  let begun = false;
  let failure: unknown;
  const { call, over } = started(reading, () =>
    start(client, metadataOf(attempt), (error) => {
      failure = error;
    }),
  );
  const cancel = () => call.cancel();
  signal.addEventListener('abort', cancel);
  call.on('metadata', () => {
    begun = true;
  });
  try {
    for await (const bytes of call) yield decode(bytes);
  } catch (error) {
    throw failure ?? (isStatus(error) ? failed(reading, attempt, client, call, error, begun) : error);
  } finally {
    signal.removeEventListener('abort', cancel);
    // Cancelling is without effect on a call that has ended, and emits an error that nobody waits for on one that has not.
    call.on('error', () => {});
    call.cancel();
    over?.();
  }
}

function isStatus(error: unknown): error is GrpcError {
  return error instanceof Error && 'metadata' in error;
}

function failed(
  reading: ErrorReading,
  { signal }: TransportAttempt,
  client: Client,
  call: ClientUnaryCall,
  error: GrpcError,
  begun: boolean,
): ServiceError {
  if (signal.aborted) return abortError(signal, reading.target);
  // Until a connection has taken the call, its peer is the channel's own target.
  const neverSent = call.getPeer() === client.getChannel().getTarget();
  return grpcError(reading, { error, neverSent, begun });
}

function started<Call>({ target }: ErrorReading, start: () => Started<Call>): Started<Call> {
  try {
    return start();
  } catch (error) {
    throw new ServiceError('unavailable', `${target} cannot be called any more: ${(error as Error).message}`, {
      origin: 'local',
      cause: error,
    });
  }
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
