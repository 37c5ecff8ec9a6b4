/** The runtime's own side: interop.svc, compiled and served, and a caller of it or of a peer. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '@weir/language';
import {
  type AnswerHeaders,
  type CallContext,
  type CallOptions,
  type RunningService,
  ServiceError,
  serve,
} from '@weir/runtime';
import { pino } from 'pino';
import { serviceDefinition } from '../../language/src/emit/definition/index.ts';
import { codeOfGrpc } from '../../runtime/src/errors.ts';
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

const text = readFileSync(join(import.meta.dirname, 'interop.svc'), 'utf8');
const model = await readModel([{ path: 'interop.svc', text }]);
assert.deepEqual(model.problems, []);
const [caller, tested] = ['caller', 'test'].map((wanted) => {
  const service = model.services.find(({ name }) => name === wanted);
  return serviceDefinition(model, service!);
});

const log = pino({ level: 'silent' });
const payload = (size: number) => ({ type: 'compressable', body: new Uint8Array(size) });

interface Payload {
  readonly body: Uint8Array;
}

interface Output {
  readonly payload?: Payload;
}

interface Ask {
  readonly responseParameters: readonly { readonly size: number; readonly intervalUs: number }[];
  readonly responseStatus?: { readonly code: number; readonly message: string };
}

// ── the server ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Serves the test service on a free port. */
export async function weirServer(): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const handlers = {
    emptyCall: () => undefined,
    unaryCall(request: { responseSize: number } & Ask, context: CallContext) {
      echoMetadata(context);
      echoStatus(request);
      return { payload: payload(request.responseSize) };
    },
    async *streamingOutputCall(request: Ask) {
      echoStatus(request);
      yield* outputs(request);
    },
    async streamingInputCall(requests: AsyncIterable<Output>) {
      let size = 0;
      for await (const request of requests) size += request.payload?.body.length ?? 0;
      return { aggregatedPayloadSize: size };
    },
    async *fullDuplexCall(requests: AsyncIterable<Ask>, context: CallContext) {
      echoMetadata(context);
      for await (const request of requests) {
        echoStatus(request);
        yield* outputs(request);
      }
    },
  };
  const service = await serve(tested!, handlers, {
    log,
    host: '127.0.0.1',
    ports: { grpc: 0 },
    signals: false,
  });
  return { address: `127.0.0.1:${service.ports.grpc}`, stop: () => service.stop() };
}

async function* outputs({ responseParameters }: Ask) {
  for (const { size, intervalUs } of responseParameters) {
    if (intervalUs > 0) await new Promise((resolve) => setTimeout(resolve, intervalUs / 1000));
    yield { payload: payload(size) };
  }
}

function echoMetadata({ headers, reply }: CallContext): void {
  const [initial, trailing] = [headers.get(INITIAL), headers.bytes(TRAILING)];
  if (initial !== undefined) reply.header(INITIAL, initial);
  if (trailing !== undefined) reply.trailer(TRAILING, trailing);
}

function echoStatus({ responseStatus }: Ask): void {
  if (responseStatus !== undefined) throw new ServiceError(codeOfGrpc(responseStatus.code), responseStatus.message);
}

// ── the client ────────────────────────────────────────────────────────────────────────────────────────────────────

type Unary = (request: object, options?: CallOptions) => Promise<unknown>;

/** What the handlers of `caller` are given. */
interface Clients {
  readonly peer: {
    readonly emptyCall: Unary;
    readonly unaryCall: (request: object, options?: CallOptions) => Promise<Output>;
    readonly streamingOutputCall: (request: object) => AsyncIterable<Output>;
    readonly streamingInputCall: (
      requests: AsyncIterable<object>,
      options?: CallOptions,
    ) => Promise<{ readonly aggregatedPayloadSize: number }>;
    readonly fullDuplexCall: (requests: AsyncIterable<object>, options?: CallOptions) => AsyncIterable<Output>;
    readonly unimplementedCall: Unary;
  };
  readonly nowhere: { readonly unimplementedCall: Unary };
}

type Work = (clients: Clients) => Promise<void>;

/** The cases against the server at an address: run within a handler, by the clients that it is given. */
export async function weirClient(address: string): Promise<{ readonly cases: CaseRuns; close(): Promise<void> }> {
  let work: Work = async () => {};
  const handlers = {
    callPeer: (_: object, clients: Clients) => work(clients),
    callPeerInTime: (_: object, clients: Clients) => work(clients),
  };
  const service = await serve(caller!, handlers, {
    log,
    env: { WEIR_PEER_GRPC: address, WEIR_NOWHERE_GRPC: address },
    host: '127.0.0.1',
    ports: { http: 0 },
    signals: false,
  });
  const within = (path: string, run: Work) => async () => {
    const ended = Promise.withResolvers<void>();
    work = (clients) => run(clients).then(ended.resolve, ended.reject);
    await fetch(`http://127.0.0.1:${service.ports.http}${path}`, { method: 'POST' });
    await ended.promise;
  };
  const called = (run: Work) => within('/v1/calls', run);
  const large = { responseType: 'compressable', responseSize: LARGE_ANSWER, payload: payload(LARGE_REQUEST) };
  const cases: CaseRuns = {
    empty_unary: called(async ({ peer }) => {
      assert.equal(await peer.emptyCall({}), undefined);
    }),
    large_unary: called(async ({ peer }) => {
      const reply = await peer.unaryCall(large);
      assert.deepEqual(reply.payload!.body, new Uint8Array(LARGE_ANSWER));
    }),
    client_streaming: called(async ({ peer }) => {
      const requests = each(SIZES.map(({ sent }) => ({ payload: payload(sent) })));
      assert.deepEqual(await peer.streamingInputCall(requests), { aggregatedPayloadSize: AGGREGATED });
    }),
    server_streaming: called(async ({ peer }) => {
      const request = {
        responseType: 'compressable',
        responseParameters: ANSWERED.map((size) => ({ size, intervalUs: 0 })),
      };
      assert.deepEqual(await sizes(peer.streamingOutputCall(request)), ANSWERED);
    }),
    ping_pong: called(async ({ peer }) => {
      const turns = new Turns();
      const answers = peer.fullDuplexCall(turns)[Symbol.asyncIterator]();
      for (const { answered, sent } of SIZES) {
        const answer = answers.next();
        turns.take(ask(answered, sent));
        assert.equal(sizeOf((await answer).value), answered);
      }
      const end = answers.next();
      turns.end();
      assert.equal((await end).done, true);
    }),
    empty_stream: called(async ({ peer }) => {
      assert.deepEqual(await sizes(peer.fullDuplexCall(each([]))), []);
    }),
    cancel_after_begin: called(async ({ peer }) => {
      const controller = new AbortController();
      const call = peer.streamingInputCall(new Turns(), { signal: controller.signal });
      controller.abort();
      await fails(call, 'cancelled');
    }),
    cancel_after_first_response: called(async ({ peer }) => {
      const controller = new AbortController();
      const turns = new Turns();
      turns.take(ask(31415, 27182));
      const answers = peer.fullDuplexCall(turns, { signal: controller.signal })[Symbol.asyncIterator]();
      assert.equal(sizeOf((await answers.next()).value), 31415);
      controller.abort();
      await fails(answers.next(), 'cancelled');
    }),
    timeout_on_sleeping_server: within('/v1/calls-in-time', async ({ peer }) => {
      const turns = new Turns();
      turns.take({ responseType: 'compressable', responseParameters: [], payload: payload(27182) });
      await fails(sizes(peer.fullDuplexCall(turns)), 'deadline-exceeded');
    }),
    custom_metadata: called(async ({ peer }) => {
      const calls = [
        (options: CallOptions) => peer.unaryCall(large, options),
        (options: CallOptions) => sizes(peer.fullDuplexCall(each([ask(LARGE_ANSWER, LARGE_REQUEST)]), options)),
      ];
      for (const call of calls) {
        const { headers, trailers } = await metadataOf(call);
        assert.deepEqual([headers.get(INITIAL), trailers.get(INITIAL)], [INITIAL_VALUE, undefined]);
        assert.deepEqual(
          [headers.bytes(TRAILING), trailers.bytes(TRAILING)],
          [undefined, new Uint8Array(TRAILING_VALUE)],
        );
      }
    }),
    status_code_and_message: called(async ({ peer }) => {
      const responseStatus = { code: 2, message: MESSAGE };
      const unary = { responseType: 'compressable', responseSize: 0, responseStatus };
      await fails(peer.unaryCall(unary), 'unknown', MESSAGE);
      const stream = { responseType: 'compressable', responseParameters: [], responseStatus };
      await fails(sizes(peer.fullDuplexCall(each([stream]))), 'unknown', MESSAGE);
    }),
    special_status_message: called(async ({ peer }) => {
      const responseStatus = { code: 2, message: SPECIAL_MESSAGE };
      const request = { responseType: 'compressable', responseSize: 0, responseStatus };
      await fails(peer.unaryCall(request), 'unknown', SPECIAL_MESSAGE);
    }),
    unimplemented_method: called(({ peer }) => fails(peer.unimplementedCall({}), 'unimplemented')),
    unimplemented_service: called(({ nowhere }) => fails(nowhere.unimplementedCall({}), 'unimplemented')),
  };
  return { cases, close: () => closed(service) };
}

/** What came with one answer. */
async function metadataOf(call: (options: CallOptions) => Promise<unknown>): Promise<AnswerHeaders> {
  let seen: AnswerHeaders | undefined;
  const headers = { [INITIAL]: INITIAL_VALUE, [TRAILING]: TRAILING_VALUE };
  await call({ headers, onAnswer: (answer) => (seen = answer) });
  return seen!;
}

async function closed(service: RunningService): Promise<void> {
  await service.stop();
}

const ask = (answered: number, sent: number) => ({
  responseType: 'compressable',
  responseParameters: [{ size: answered, intervalUs: 0 }],
  payload: payload(sent),
});

const sizeOf = (output: Output): number => output.payload!.body.length;

async function sizes(outputs: AsyncIterable<Output>): Promise<number[]> {
  const all: number[] = [];
  for await (const output of outputs) all.push(sizeOf(output));
  return all;
}

async function* each(requests: readonly object[]): AsyncGenerator<object> {
  yield* requests;
}

/** Requests that are sent when they are taken. */
class Turns implements AsyncIterable<object> {
  readonly #taken: object[] = [];
  #ended = false;
  #wake = () => {};

  take(request: object): void {
    this.#taken.push(request);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<object> {
    for (;;) {
      const request = this.#taken.shift();
      if (request !== undefined) yield request;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

async function fails(work: Promise<unknown>, code: string, message?: string): Promise<void> {
  const error = await work.then(
    () => assert.fail(`was answered, where ${code} was due`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ServiceError, String(error));
  assert.equal(error.code, code, error.message);
  if (message !== undefined) assert.equal(error.message, message);
}
