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
import { answered, streamed } from './client-call.ts';
import { GrpcChannel } from './client-channel.ts';
import { sendRequests } from './client-requests.ts';

/** One channel for each address, shared by all operations. */
export function grpcTransport(codec: Codec): Transport {
  const channels = new Map<string, GrpcChannel>();
  let closed = false;
  const channelTo = (endpoint: string): GrpcChannel => {
    let channel = channels.get(endpoint);
    if (channel === undefined) {
      if (closed) throw new ServiceError('unavailable', 'the clients of this service are closed', { origin: 'local' });
      channel = new GrpcChannel(endpoint);
      channels.set(endpoint, channel);
    }
    return channel;
  };
  return {
    operation: (destination, contract) => grpcOperation(destination, contract, codec, channelTo),
    async close() {
      closed = true;
      for (const channel of channels.values()) channel.close();
      channels.clear();
    },
  };
}

const asIs = (bytes: Buffer): Buffer => bytes;

function grpcOperation(
  { name, grpc }: ClientDefinition,
  contract: OperationContract,
  codec: Codec,
  channelTo: (endpoint: string) => GrpcChannel,
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

  const on = (attempt: TransportAttempt) => ({ reading, attempt, channel: channelTo(attempt.endpoint) });

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
