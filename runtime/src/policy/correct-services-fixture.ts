/** For lines 12, 15 and 16 of "What correct means": what only whole services show, over real sockets. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { ServiceDefinition } from '../definition.ts';
import type { Broker, Delivery, EventMessage, Subscriber } from '../events/broker.ts';
import { memoryBroker } from '../events/memory.ts';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds, types } from '../fixtures/kinds.ts';
import { serve } from '../service.ts';
import { runSystem } from '../system.ts';
import { seededRandom } from './random.ts';
import { virtualClock } from './virtual-clock.ts';

const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' };
const quiet = { env, log: pino({ level: 'silent' }), host: '127.0.0.1', signals: false } as const;
const NOTED = 'weir.front.Noted';

/** A service that calls `kinds` over one of the transports, publishes an event and consumes it itself. */
function frontOf(transport: 'http' | 'grpc'): ServiceDefinition {
  const { grpc: _, ...rest } = kinds;
  const note = { request: 'weir.kinds.Note', response: 'weir.kinds.Note', kind: 'write', errors: {} } as const;
  return {
    ...rest,
    name: 'front',
    package: 'weir.front',
    http: { port: 0 },
    types: { ...types, [NOTED]: { fields: { text: { number: 1, type: 'string' } } } },
    operations: {
      ask: {
        name: 'Ask',
        ...note,
        routes: [{ method: 'POST', path: '/v1/ask' }],
        policy: {},
        calls: { kinds: { readFile: {} } },
        publishes: [{ event: NOTED, outbox: false }],
      },
    },
    consumers: {
      keepNote: {
        name: 'KeepNote',
        event: NOTED,
        group: 'front',
        attempts: 3,
        backoff: [1, 2],
        deadLetter: true,
        concurrent: 2,
        calls: {},
        publishes: [],
      },
    },
    events: { [NOTED]: { message: NOTED } },
    clients: {
      kinds: {
        name: 'kinds',
        ...(transport === 'grpc' ? { grpc: { port: 1, service: 'weir.kinds.KindsService' } } : { http: { port: 1 } }),
        operations: { readFile: kinds.operations.readFile! },
      },
    },
    auth: {},
    health: { live: '/healthz', ready: { path: '/readyz', needs: [], timeout: 2000 } },
  };
}

interface FrontContext {
  readonly kinds: { readFile(request: { path: string }): Promise<{ text: string }> };
  readonly publish: { noted(event: { text: string }): Promise<void> };
  remaining(): number | undefined;
}

function post(url: string, text: string, headers: Record<string, string> = {}): Promise<Response> {
  const json = { 'content-type': 'application/json', ...headers };
  return fetch(url, { method: 'POST', headers: json, body: JSON.stringify({ text }) });
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** From a caller over HTTP through one service to the next, over HTTP or gRPC. */
export async function deadlinesTravelAsTimeLeft(t: TestContext, transport: 'http' | 'grpc'): Promise<void> {
  const { handlers, seen } = kindsHandlers();
  const late = Promise.withResolvers<unknown>();
  const front = {
    keepNote() {},
    async ask({ text }: { text: string }, { kinds: callee, remaining }: FrontContext) {
      await pause(50);
      if (text === 'in time') return callee.readFile({ path: 'x' });
      // A handler that does not notice that its time is gone, and goes on.
      while (remaining()! > 0) await pause(5);
      await pause(50);
      await callee.readFile({ path: 'x' }).then(late.resolve, late.resolve);
      return { text };
    },
  };
  const services = [
    { definition: kinds, handlers },
    { definition: frontOf(transport), handlers: front },
  ];
  const system = await runSystem({ services }, { ...quiet, ports: 'free' });
  t.after(() => system.stop());
  const url = `http://127.0.0.1:${system.services.find(({ definition }) => definition.name === 'front')!.ports.http}/v1/ask`;
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { 'x-request-timeout-ms': '20000', traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  assert.equal((await post(url, 'in time', headers)).status, 200);
  const { remaining, trace } = seen.calls[0]!.context as unknown as FrontContext & { trace: { traceId: string } };
  assert.ok(remaining()! > 0 && remaining()! <= 20_000 - 50, `${remaining()} ms left of 20 s, 50 ms later`);
  assert.equal(trace.traceId, traceId);

  assert.equal((await post(url, 'late', { ...headers, 'x-request-timeout-ms': '100' })).status, 504);
  const { origin } = (await late.promise) as { origin?: string };
  assert.ok(origin === 'deadline' || origin === 'cancelled', `${origin}`);
  assert.equal(seen.calls.length, 1, 'what came too late was not begun');
}

export async function expiredOnArrival(t: TestContext): Promise<void> {
  const { handlers, seen } = kindsHandlers();
  const service = await serve(kinds, handlers, { ...quiet, ports: { http: 0, grpc: 0 } });
  t.after(() => service.stop());
  const url = `http://127.0.0.1:${service.ports.http}/v1/pay`;
  assert.equal((await post(url, 'a', { 'x-request-timeout-ms': '0' })).status, 504);
  assert.deepEqual(seen.calls, []);
}

/** A broker that writes down what is asked of it, and delivers when the test says so. */
function recordingBroker(log: string[]) {
  const published: EventMessage[] = [];
  const running = new Set<Promise<void>>();
  let handle: (delivery: Delivery) => Promise<void> = () => assert.fail('nobody has subscribed');
  const broker: Broker = {
    publish: async (message) => void published.push(message),
    async subscribe(_: Subscriber, handler) {
      handle = handler;
      return {
        async stop() {
          log.push('stops fetching');
          await Promise.allSettled(running);
        },
      };
    },
    deadLetters: async () => [],
    redeliver: async () => 0,
    ping: async () => {},
    close: async () => void log.push('closes'),
  };
  const deliver = (attempt: number) => {
    const work = handle({ ...published[0]!, attempt }).then(
      () => void log.push('acknowledged'),
      () => void log.push('not acknowledged'),
    );
    running.add(work);
    return work;
  };
  return { broker, published, deliver };
}

export async function acknowledgedAfterTheHandler(t: TestContext): Promise<void> {
  const log: string[] = [];
  const { broker, published, deliver } = recordingBroker(log);
  let gate = Promise.withResolvers<void>();
  const handlers = {
    ask: async ({ text }: { text: string }, { publish }: FrontContext) => {
      await publish.noted({ text });
      return { text };
    },
    async keepNote() {
      log.push('begun');
      await gate.promise.finally(() => log.push('handled'));
    },
  };
  const service = await serve(frontOf('http'), handlers, { ...quiet, broker, ports: { http: 0 } });
  const stop = () => service.stop().then(() => log.push('stopped'));
  t.after(() => service.stop());
  assert.equal((await post(`http://127.0.0.1:${service.ports.http}/v1/ask`, 'x')).status, 200);
  assert.equal(published.length, 1);

  const first = deliver(1);
  await pause(20);
  assert.deepEqual(log, ['begun']);
  gate.reject(new Error('the database is down'));
  await first;
  assert.deepEqual(log.splice(0), ['begun', 'handled', 'not acknowledged']);

  // And on drain.
  gate = Promise.withResolvers();
  const second = deliver(2);
  await pause(20);
  const stopped = stop();
  while (!log.includes('stops fetching')) await pause(5);
  await pause(20);
  assert.deepEqual(log, ['begun', 'stops fetching']);
  gate.resolve();
  await Promise.all([second, stopped]);
  assert.deepEqual(log, ['begun', 'stops fetching', 'handled', 'acknowledged', 'stopped']);
}

/** The broker of the process, in virtual time: an event is in its group's queue, or among its dead letters, and never in neither. */
export async function deadLettersAreKeptFirst(): Promise<void> {
  const clock = virtualClock();
  const broker = memoryBroker({ clock, random: seededRandom(1) });
  const letters: (readonly string[])[] = [];
  const subscriber = {
    event: NOTED,
    group: 'g',
    concurrent: 1,
    attempts: 2,
    backoff: [10, 10],
    deadLetter: true,
  } as const;
  const seen: string[] = [];
  await broker.subscribe(subscriber, async ({ payload, attempt }) => {
    seen.push(`${payload} ${attempt}`);
    letters.push((await broker.deadLetters()).map((letter) => String(letter.payload)));
    if (String(payload) === 'bad') throw new Error('no');
  });
  for (const text of ['bad', 'good'])
    await broker.publish({ event: NOTED, key: 'k', payload: Buffer.from(text), headers: {} });
  await clock.advance(1000);
  assert.deepEqual(seen, ['bad 1', 'bad 2', 'good 1']);
  assert.deepEqual(letters, [[], [], ['bad']]);
  await broker.close();
}

export async function idempotencyKeys(t: TestContext): Promise<void> {
  const { handlers, seen } = kindsHandlers();
  const service = await serve(kinds, handlers, { ...quiet, ports: { http: 0, grpc: 0 } });
  t.after(() => service.stop());
  const pay = async (text: string, key: string) => {
    const response = await post(`http://127.0.0.1:${service.ports.http}/v1/pay`, text, { 'idempotency-key': key });
    return { status: response.status, body: (await response.json()) as { text?: string } };
  };
  const first = await pay('a', 'k1');
  assert.equal(first.status, 200);
  assert.deepEqual(await pay('a', 'k1'), first);
  assert.equal(seen.calls.length, 1);
  assert.equal((await pay('b', 'k1')).status, 422);
  assert.equal(seen.calls.length, 1);

  const slow = pay('slow', 'k2');
  await seen.begun;
  assert.equal((await pay('slow', 'k2')).status, 409);
  seen.release();
  const answer = await slow;
  assert.equal(answer.status, 200);
  assert.deepEqual(await pay('slow', 'k2'), answer);
  assert.equal(seen.calls.length, 2);
}
