/** Calls over gRPC. */

import { type ChannelOptions, Client, credentials } from '@grpc/grpc-js';
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
import { answered, streamed } from './client-call.ts';
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
  let closed = false;
  const clientOf = (endpoint: string): Client => {
    let client = clients.get(endpoint);
    if (client === undefined) {
      if (closed) throw new ServiceError('unavailable', 'the clients of this service are closed', { origin: 'local' });
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
      closed = true;
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

  const on = (attempt: TransportAttempt) => ({ reading, attempt, client: clientOf(attempt.endpoint) });

  return {
    unary(request) {
      const bytes = encode(request);
      return async (attempt) =>
        decode(
          await answered(on(attempt), ({ client, metadata }, answer) => ({
            call: client.makeUnaryRequest(path, asIs, asIs, bytes, metadata, {}, answer),
          })),
        );
    },
    serverStream(request) {
      const bytes = encode(request);
      return (attempt) =>
        streamed(on(attempt), decode, ({ client, metadata }) => ({
          call: client.makeServerStreamRequest(path, asIs, asIs, bytes, metadata, {}),
        }));
    },
    clientStream(requests) {
      return async (attempt) =>
        decode(
          await answered(on(attempt), ({ client, metadata, failed }, answer) => {
            const call = client.makeClientStreamRequest(path, asIs, asIs, metadata, {}, answer);
            return { call, over: sendRequests(requests, encode, call, failed) };
          }),
        );
    },
    bidiStream(requests) {
      return (attempt) =>
        streamed(on(attempt), decode, ({ client, metadata, failed }) => {
          const call = client.makeBidiStreamRequest(path, asIs, asIs, metadata, {});
          return { call, over: sendRequests(requests, encode, call, failed) };
        });
    },
  };
}
