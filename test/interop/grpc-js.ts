/** The peer on grpc-js: it knows nothing of the runtime, and has its contract from testing.proto. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import {
  credentials,
  loadPackageDefinition,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import {
  AGGREGATED,
  ANSWERED,
  type CaseRuns,
  INITIAL,
  INITIAL_VALUE,
  LARGE_ANSWER,
  LARGE_REQUEST,
  MESSAGE,
  SIZES,
  SPECIAL_MESSAGE,
  TRAILING,
  TRAILING_VALUE,
} from './cases.ts';

// biome-ignore lint/suspicious/noExplicitAny: proto-loader's clients and calls have no static types
type Loose = any;

const file = join(import.meta.dirname, 'testing.proto');
const loaded = loadPackageDefinition(loadSync(file, { keepCase: true, defaults: true })) as Loose;
const { TestService, UnimplementedService } = loaded.grpc.testing as Record<string, ServiceClientConstructor>;

const payload = (size: number) => ({ body: Buffer.alloc(size) });
const sizeOf = ({ payload }: Loose): number => payload.body.length;

// ── the server ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Serves the test service on a free port. */
export async function grpcJsServer(): Promise<{ readonly address: string; stop(): void }> {
  const server = new Server();
  server.addService(TestService!.service, {
    EmptyCall: (_call: Loose, done: Loose) => done(null, {}),
    UnaryCall(call: Loose, done: Loose) {
      const trailers = echoMetadata(call);
      const { response_status: wanted, response_size: size } = call.request;
      if (wanted) done({ code: wanted.code, details: wanted.message, metadata: trailers });
      else done(null, { payload: payload(size) }, trailers);
    },
    async StreamingOutputCall(call: Loose) {
      await answer(call, call.request);
      call.end();
    },
    async StreamingInputCall(call: Loose, done: Loose) {
      let size = 0;
      call.on('error', () => {});
      for await (const request of call) size += sizeOf(request);
      done(null, { aggregated_payload_size: size });
    },
    async FullDuplexCall(call: Loose) {
      const trailers = echoMetadata(call);
      try {
        for await (const request of call) {
          const { response_status: wanted } = request;
          if (wanted) return call.emit('error', { code: wanted.code, details: wanted.message });
          await answer(call, request);
        }
        call.end(trailers);
      } catch {
        // The caller has gone away.
      }
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

async function answer(call: Loose, { response_parameters: parameters }: Loose): Promise<void> {
  for (const { size, interval_us: interval } of parameters) {
    if (interval > 0) await new Promise((resolve) => setTimeout(resolve, interval / 1000));
    call.write({ payload: payload(size) });
  }
}

function echoMetadata(call: Loose): Metadata {
  const [initial] = call.metadata.get(INITIAL);
  const [trailing] = call.metadata.get(TRAILING);
  if (initial !== undefined) call.sendMetadata(metadataOf(INITIAL, initial));
  return trailing === undefined ? new Metadata() : metadataOf(TRAILING, trailing);
}

function metadataOf(name: string, value: string | Buffer): Metadata {
  const metadata = new Metadata();
  metadata.set(name, value);
  return metadata;
}

// ── the client ────────────────────────────────────────────────────────────────────────────────────────────────────

/** The cases against the server at an address. */
export function grpcJsClient(address: string): { readonly cases: CaseRuns; close(): void } {
  const client = new TestService!(address, credentials.createInsecure()) as Loose;
  const nowhere = new UnimplementedService!(address, credentials.createInsecure()) as Loose;
  const large = { response_size: LARGE_ANSWER, payload: payload(LARGE_REQUEST) };
  const cases: CaseRuns = {
    async empty_unary() {
      assert.deepEqual({ ...(await unary(client, 'EmptyCall', {})) }, {});
    },
    async large_unary() {
      const reply = await unary(client, 'UnaryCall', large);
      assert.deepEqual(reply.payload.body, Buffer.alloc(LARGE_ANSWER));
    },
    async client_streaming() {
      const reply = await new Promise<Loose>((resolve, reject) => {
        const call = client.StreamingInputCall((error: unknown, value: unknown) =>
          error ? reject(error) : resolve(value),
        );
        for (const { sent } of SIZES) call.write({ payload: payload(sent) });
        call.end();
      });
      assert.equal(reply.aggregated_payload_size, AGGREGATED);
    },
    async server_streaming() {
      const call = client.StreamingOutputCall({ response_parameters: ANSWERED.map((size) => ({ size })) });
      assert.deepEqual((await all(call)).map(sizeOf), ANSWERED);
    },
    async ping_pong() {
      const call = client.FullDuplexCall();
      const answers = call[Symbol.asyncIterator]();
      for (const { answered, sent } of SIZES) {
        call.write({ response_parameters: [{ size: answered }], payload: payload(sent) });
        assert.equal(sizeOf((await answers.next()).value), answered);
      }
      call.end();
      assert.equal((await answers.next()).done, true);
    },
    async empty_stream() {
      const call = client.FullDuplexCall();
      call.end();
      assert.deepEqual(await all(call), []);
    },
    async cancel_after_begin() {
      const ended = Promise.withResolvers<unknown>();
      const call = client.StreamingInputCall(ended.reject);
      // Cancelled in the turn in which it began, grpc-js leaves its stream open on a connection that was there already.
      setImmediate(() => call.cancel());
      await fails(ended.promise, status.CANCELLED);
    },
    async cancel_after_first_response() {
      const call = client.FullDuplexCall();
      call.write({ response_parameters: [{ size: 31415 }], payload: payload(27182) });
      call.once('data', () => call.cancel());
      await fails(new Promise((_resolve, reject) => call.on('error', reject)), status.CANCELLED);
    },
    async timeout_on_sleeping_server() {
      const call = client.FullDuplexCall(new Metadata(), { deadline: Date.now() + 1 });
      call.write({ payload: payload(27182) });
      await fails(all(call), status.DEADLINE_EXCEEDED);
    },
    async custom_metadata() {
      const metadata = metadataOf(INITIAL, INITIAL_VALUE);
      metadata.set(TRAILING, TRAILING_VALUE);
      const stream = client.FullDuplexCall(metadata);
      const seen = [
        observed(stream, all(stream)),
        new Promise<Metadata[]>((resolve, reject) => {
          const call = client.UnaryCall(large, metadata, (error: unknown) => error && reject(error));
          resolve(observed(call, Promise.resolve()));
        }),
      ];
      stream.write({ response_parameters: [{ size: LARGE_ANSWER }], payload: payload(LARGE_REQUEST) });
      stream.end();
      for (const [initial, trailing] of await Promise.all(seen)) {
        assert.deepEqual(initial!.get(INITIAL), [INITIAL_VALUE]);
        assert.deepEqual(trailing!.get(TRAILING), [TRAILING_VALUE]);
      }
    },
    async status_code_and_message() {
      const wanted = { response_status: { code: 2, message: MESSAGE } };
      await fails(unary(client, 'UnaryCall', wanted), status.UNKNOWN, MESSAGE);
      const call = client.FullDuplexCall();
      call.write(wanted);
      call.end();
      await fails(all(call), status.UNKNOWN, MESSAGE);
    },
    async special_status_message() {
      const wanted = { response_status: { code: 2, message: SPECIAL_MESSAGE } };
      await fails(unary(client, 'UnaryCall', wanted), status.UNKNOWN, SPECIAL_MESSAGE);
    },
    async unimplemented_method() {
      await fails(unary(client, 'UnimplementedCall', {}), status.UNIMPLEMENTED);
    },
    async unimplemented_service() {
      await fails(unary(nowhere, 'UnimplementedCall', {}), status.UNIMPLEMENTED);
    },
  };
  return {
    cases,
    close() {
      client.close();
      nowhere.close();
    },
  };
}

function unary(client: Loose, method: string, request: object): Promise<Loose> {
  return new Promise((resolve, reject) => {
    client[method](request, (error: unknown, reply: unknown) => (error ? reject(error) : resolve(reply)));
  });
}

async function all(call: AsyncIterable<unknown>): Promise<Loose[]> {
  const answers: unknown[] = [];
  for await (const each of call) answers.push(each);
  return answers;
}

async function observed(call: Loose, ended: Promise<unknown>): Promise<Metadata[]> {
  const initial = new Promise<Metadata>((resolve) => call.once('metadata', resolve));
  const trailing = new Promise<Metadata>((resolve) => call.once('status', (end: Loose) => resolve(end.metadata)));
  await ended;
  return Promise.all([initial, trailing]);
}

async function fails(work: Promise<unknown>, code: status, details?: string): Promise<void> {
  const error = (await work.then(
    () => assert.fail(`was answered, where ${status[code]} was due`),
    (thrown: unknown) => thrown,
  )) as ServiceError;
  assert.equal(error.code, code, error.message);
  if (details !== undefined) assert.equal(error.details, details);
}
