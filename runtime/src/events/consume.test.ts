import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createCodec } from '../codec/codec.ts';
import type { EventHandler } from '../context.ts';
import type { ConsumerDefinition, ServiceDefinition } from '../definition.ts';
import { newSpan } from '../observe/trace.ts';
import { seededRandom } from '../policy/random.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { type ConsumedEvent, type ConsumerScope, startConsumers } from './consume.ts';
import { memoryBroker } from './memory.ts';
import { createPublisher } from './publish.ts';

const types: ServiceDefinition['types'] = {
  'shop.Paid': {
    fields: { orderId: { number: 1, type: 'string' }, cents: { number: 2, type: 'int64', range: [1, null] } },
  },
};
const events: ServiceDefinition['events'] = { 'shop.Paid': { message: 'shop.Paid', resource: 'bus', key: 'orderId' } };

function consumer(rest: Partial<ConsumerDefinition> = {}): ConsumerDefinition {
  return {
    name: 'MarkPaid',
    event: 'shop.Paid',
    group: 'orders',
    attempts: 3,
    backoff: [100, 1000],
    deadLetter: true,
    concurrent: 4,
    calls: {},
    publishes: [],
    ...rest,
  };
}

/** A publisher and a consumer of one event; the handler's context is its scope. */
async function world(markPaid: EventHandler<never, ConsumerScope>, rest: Partial<ConsumerDefinition> = {}) {
  const clock = virtualClock();
  const broker = memoryBroker({ clock, random: seededRandom(1) });
  const codec = createCodec(types);
  const brokers: (string | undefined)[] = [];
  const brokerOf = (resource: string | undefined) => {
    brokers.push(resource);
    return broker;
  };
  const observed: ConsumedEvent[] = [];
  const running = await startConsumers<ConsumerScope>(
    { consumers: { markPaid: consumer(rest) }, events },
    { markPaid },
    {
      codec,
      clock,
      log: pino({ level: 'silent' }),
      brokerOf,
      context: (scope) => scope,
      observe: (event) => observed.push(event),
    },
  );
  const trace = newSpan();
  const publisher = createPublisher({ events }, { codec, brokerOf });
  const publish = publisher.forCaller([{ event: 'shop.Paid', outbox: false }], { trace, requestId: 'request-1' });
  return { clock, broker, brokers, running, publish, trace, observed };
}

test('an event arrives as it was published, within the trace and request of its publisher', async () => {
  const got: { event: unknown; scope: ConsumerScope }[] = [];
  const { clock, publish, trace, brokers, observed } = await world((event, scope) => void got.push({ event, scope }));
  await publish.paid!({ orderId: 'o1', cents: 9007199254740993n });
  await clock.advance(0);
  const [{ event, scope }] = got as [(typeof got)[0]];
  assert.deepEqual(event, { orderId: 'o1', cents: 9007199254740993n });
  assert.deepEqual([scope.requestId, scope.attempt, scope.consumer.name], ['request-1', 1, 'MarkPaid']);
  assert.deepEqual([scope.trace.traceId, scope.trace.parentSpanId], [trace.traceId, trace.spanId]);
  assert.deepEqual(brokers, ['bus', 'bus']);
  assert.deepEqual([observed[0]?.outcome, observed[0]?.consumer], ['done', 'MarkPaid']);
});

test('an event that breaks its contract is the fault of its publisher, and reaches nobody', async () => {
  const { clock, publish } = await world(() => assert.fail('nothing was published'));
  await assert.rejects(publish.paid!({ orderId: 'o1', cents: 0n }), { code: 'internal', message: /shop\.Paid.*cents/ });
  await clock.advance(0);
});

test('only declared events can be published', async () => {
  const { publish } = await world(() => {});
  assert.deepEqual(Object.keys(publish), ['paid']);
});

test('a redelivery carries the same idempotency key, so that what is called can tell', async () => {
  const keys: string[] = [];
  const { clock, publish, observed } = await world((_, { idempotencyKey, attempt }) => {
    keys.push(idempotencyKey);
    if (attempt < 3) throw new Error('not yet');
  });
  await publish.paid!({ orderId: 'o1', cents: 1n });
  await clock.advance(5000);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  await publish.paid!({ orderId: 'o1', cents: 1n });
  await clock.advance(5000);
  assert.equal(new Set(keys).size, 2);
  assert.deepEqual(
    observed.slice(0, 3).map(({ outcome }) => outcome),
    ['retry', 'retry', 'done'],
  );
});

test('bytes that are no such event go to the dead letters at once', async () => {
  const { clock, broker, observed } = await world(() => assert.fail('cannot be handled'));
  await broker.publish({ event: 'shop.Paid', payload: Buffer.from([0xff, 0xff]), headers: {} });
  await broker.publish({
    event: 'shop.Paid',
    payload: createCodec(types).serialize('shop.Paid', { orderId: 'o', cents: 0n }),
    headers: {},
  });
  await clock.advance(60_000);
  const letters = await broker.deadLetters();
  assert.deepEqual(
    letters.map(({ attempts }) => attempts),
    [1, 1],
  );
  assert.match(letters[0]!.reason, /no shop\.Paid/);
  assert.match(letters[1]!.reason, /breaks its contract: cents/);
  assert.deepEqual(
    observed.map(({ outcome }) => outcome),
    ['dead-letter', 'dead-letter'],
  );
});

test('a handler past its deadline is aborted, and the event comes again', async () => {
  const reasons: unknown[] = [];
  const { clock, publish, broker } = await world(
    (_, { signal, deadlineAt }) =>
      new Promise<void>(() => {
        assert.equal(deadlineAt, clock.now() + 500);
        signal.addEventListener('abort', () => reasons.push(signal.reason.code));
      }),
    { deadline: 500, attempts: 2 },
  );
  await publish.paid!({ orderId: 'o1', cents: 1n });
  await clock.advance(10_000);
  assert.deepEqual(reasons, ['deadline-exceeded', 'deadline-exceeded']);
  const [letter] = await broker.deadLetters();
  assert.match(letter!.reason, /MarkPaid took longer than its deadline of 500 ms/);
  assert.equal(clock.pending, 0);
});

test('stopping waits for the handlers that run', async () => {
  let finished = false;
  const { clock, publish, running } = await world(async () => {
    await new Promise<void>((resolve) => clock.after(300, resolve));
    finished = true;
  });
  await publish.paid!({ orderId: 'o1', cents: 1n });
  await clock.advance(100);
  const stopping = running.stop({ within: 1000 });
  await clock.advance(300);
  await stopping;
  assert.equal(finished, true);
  assert.equal(clock.pending, 0);
});

test('stopping waits no longer than it may, and what had not finished comes again', async () => {
  const { clock, publish, running, broker } = await world(() => new Promise(() => {}));
  await publish.paid!({ orderId: 'o1', cents: 1n });
  await clock.advance(100);
  const stopping = running.stop({ within: 1000 });
  await clock.advance(1000);
  await stopping;
  await clock.advance(5000);
  const attempts: number[] = [];
  await broker.subscribe(consumer(), async ({ attempt }) => void attempts.push(attempt));
  await clock.advance(0);
  assert.deepEqual(attempts, [2]);
});

test('a consumer without a handler is told at the start', async () => {
  const deps = {
    codec: createCodec(types),
    clock: virtualClock(),
    log: pino({ level: 'silent' }),
    context: () => ({}),
  };
  const broker = memoryBroker({ clock: deps.clock, random: Math.random });
  await assert.rejects(
    startConsumers({ consumers: { markPaid: consumer() }, events }, {}, { ...deps, brokerOf: () => broker }),
    /no handler for the consumer MarkPaid: provide markPaid/,
  );
});

test('two consumers of one event in one group would take events from each other, and are refused', async () => {
  const deps = {
    codec: createCodec(types),
    clock: virtualClock(),
    log: pino({ level: 'silent' }),
    context: () => ({}),
  };
  const broker = memoryBroker({ clock: deps.clock, random: Math.random });
  const consumers = { markPaid: consumer(), tellBuyer: consumer({ name: 'TellBuyer' }) };
  const handlers = { markPaid: () => {}, tellBuyer: () => {} };
  const starting = startConsumers({ consumers, events }, handlers, { ...deps, brokerOf: () => broker });
  await assert.rejects(starting, /MarkPaid and TellBuyer both consume shop\.Paid as group orders/);
});
