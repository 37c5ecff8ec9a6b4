/** Calls over gRPC. */

import type { ErrorReading } from '../client-errors.ts';
import {
  decodeResponse,
  encodeRequest,
  type Transport,
  type TransportAttempt,
  type TransportOperation,
} from '../client-transport.ts';
import type { Codec } from '../codec/codec.ts';
import type { ClientDefinition, OperationContract } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { systemClock } from '../policy/clock.ts';
import type { Random } from '../policy/random.ts';
import { type Trust, type TrustOf, trustBy } from '../tls/trust.ts';
import { answered, streamed } from './client-answers.ts';
import type { CallOn, CallTarget } from './client-call.ts';
import { type ChannelOptions, GrpcChannel } from './client-channel.ts';
import { CONNECTION_TIMES, type ConnectionTimes } from './client-connection.ts';
import { ManyRequests, OneRequest } from './client-requests.ts';
import { MOST_ANSWERED } from './limits.ts';

export interface GrpcClientOptions {
  /** Of the backoff between attempts to connect. */
  readonly random?: Random;
  readonly times?: Partial<ConnectionTimes>;
  /** What destinations are shown over TLS, and who they have to be; what Node trusts otherwise. */
  readonly trustOf?: TrustOf | undefined;
  /** Bytes of a message of an answer at most; 4 MiB, as everywhere in gRPC. */
  readonly answerLimit?: number | undefined;
  /** Compress requests of so many bytes, where the server takes gzip; never, where absent. */
  readonly compressAbove?: number | undefined;
}

/** For each destination one channel to each of its addresses, shared by its operations. */
export function grpcTransport(codec: Codec, options: GrpcClientOptions = {}): Transport {
  const { trustOf = trustBy(undefined, {}) } = options;
  const destinations = new Map<string, GrpcChannels>();
  const channelsOf = (destination: ClientDefinition): GrpcChannels => {
    const channels = destinations.get(destination.name) ?? new GrpcChannels(trustOf(destination), options);
    destinations.set(destination.name, channels);
    return channels;
  };
  return {
    operation: (destination, contract) => grpcOperation(destination, contract, codec, channelsOf(destination), options),
    async close() {
      for (const channels of destinations.values()) channels.close();
    },
  };
}

class GrpcChannels {
  readonly #options: ChannelOptions;
  readonly #open = new Map<string, GrpcChannel>();
  #closed = false;

  constructor(trust: Trust, { random = Math.random, times }: GrpcClientOptions) {
    // Sockets live in real time, also where policies are tested in another.
    this.#options = { clock: systemClock, random, times: { ...CONNECTION_TIMES, ...times }, trust };
    trust.onChange(() => {
      for (const channel of this.#open.values()) channel.renew();
    });
  }

  to(endpoint: string): GrpcChannel {
    const known = this.#open.get(endpoint);
    if (known !== undefined) return known;
    if (this.#closed) {
      throw new ServiceError('unavailable', 'the clients of this service are closed', { origin: 'local' });
    }
    const opened = new GrpcChannel(endpoint, this.#options);
    this.#open.set(endpoint, opened);
    return opened;
  }

  close(): void {
    this.#closed = true;
    for (const channel of this.#open.values()) channel.close();
    this.#open.clear();
  }
}

function grpcOperation(
  { name, grpc }: ClientDefinition,
  contract: OperationContract,
  codec: Codec,
  channels: GrpcChannels,
  { answerLimit = MOST_ANSWERED, compressAbove }: GrpcClientOptions,
): TransportOperation {
  const target = `${name}.${contract.name}`;
  const path = `/${grpc!.service}/${contract.name}`;
  const reading: ErrorReading = { target, contract, codec };
  // How large a request may be is for the server to say.
  const sending = { limit: Number.POSITIVE_INFINITY, compressAbove };
  const { request: requestType, response: responseType } = contract;
  const encode = (request: unknown): Buffer =>
    encodeRequest(target, () =>
      requestType === undefined ? Buffer.alloc(0) : codec.serialize(requestType, request ?? {}),
    );
  const decode = (bytes: Buffer): unknown =>
    responseType === undefined ? undefined : decodeResponse(target, () => codec.deserialize(responseType, bytes));

  const of: CallTarget = { path, reading, sending, limit: answerLimit };
  const on = (attempt: TransportAttempt): CallOn => ({
    target: of,
    attempt,
    channel: channels.to(attempt.endpoint),
  });

  return {
    unary(request) {
      const bytes = encode(request);
      return async (attempt) => decode(await answered(on(attempt), new OneRequest(bytes, sending)));
    },
    serverStream(request) {
      const bytes = encode(request);
      return (attempt) => streamed(on(attempt), new OneRequest(bytes, sending), decode);
    },
    clientStream(requests) {
      return async (attempt) => decode(await answered(on(attempt), new ManyRequests(requests, encode, sending)));
    },
    bidiStream(requests) {
      return (attempt) => streamed(on(attempt), new ManyRequests(requests, encode, sending), decode);
    },
  };
}
