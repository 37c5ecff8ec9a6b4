import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientPolicy } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { Attempt, EdgeStream } from './call.ts';
import { openStream } from './stream.ts';
import { hang, testbed, watch } from './testbed-fixture.ts';

function streams() {
  const bed = testbed();
  const open = <T>(
    policy: ClientPolicy,
    attempt: (a: Attempt) => AsyncIterable<T>,
    more: Partial<EdgeStream<T>> = {},
  ) =>
    openStream(bed.state, {
      destination: 'feeds',
      operation: 'Watch',
      idempotent: false,
      reads: true,
      request: {},
      policy,
      endpoints: ['a:1'],
      attempt,
      ...more,
    });
  const ticks = async function* (count: number, every: number, signal?: AbortSignal) {
    for (let n = 1; n <= count; n++) {
      await bed.later(every, undefined);
      if (signal?.aborted) throw signal.reason;
      yield n;
    }
  };
  return { ...bed, open, ticks };
}

async function read<T>(stream: AsyncIterable<T>, into: T[]): Promise<void> {
  for await (const message of stream) into.push(message);
}

test('a stream is read to its end; its timeout holds only until the first message', async () => {
  const { clock, open, ticks } = streams();
  const messages: number[] = [];
  const reading = watch(
    read(
      open({ timeout: 100 }, () => ticks(5, 90)),
      messages,
    ),
    clock.now,
  );
  const silent = watch(read(open({ timeout: 100 }, hang as never), []), clock.now);
  const mute = { [Symbol.asyncIterator]: () => ({ next: hang }) };
  const hung = watch(
    read(
      open({ timeout: 100 }, () => mute),
      [],
    ),
    clock.now,
  );
  await clock.advance(1000);
  assert.deepEqual(messages, [1, 2, 3, 4, 5]);
  assert.equal(reading.at, 450);
  assert.ok(silent.error);
  assert.equal(hung.error.origin, 'timeout');
});

test('it is opened again when it provably never reached a server, but not after the first message', async () => {
  const { clock, open, ticks } = streams();
  const retry = { attempts: 3, backoff: [1, 1], jitter: 'none', on: ['connect', 'unavailable'] } as const;
  const unsent = new ServiceError('unavailable', 'refused', { origin: 'connect' });
  const broken = new ServiceError('unavailable', 'broke off', { origin: 'remote' });
  const messages: number[] = [];
  let opened = 0;
  const attempt = async function* (a: Attempt) {
    opened++;
    if (a.number < 3) throw unsent;
    yield* ticks(2, 10);
    throw broken;
  };
  const reading = watch(read(open({ retry }, attempt, { idempotent: true }), messages), clock.now);
  await clock.advance(1000);
  assert.deepEqual(messages, [1, 2]);
  assert.equal(opened, 3);
  assert.equal(reading.error, broken);
});

test('the deadline and the caller’s signal end it, and the transport is told', async () => {
  const { clock, open, ticks, state } = streams();
  const signals: AbortSignal[] = [];
  const attempt = (a: Attempt) => {
    signals.push(a.signal);
    assert.equal(a.deadlineAt, a.endpoint === 'late:1' ? 250 : undefined);
    return ticks(1000, 100);
  };
  const [late, left]: [number[], number[]] = [[], []];
  const caller = new AbortController();
  const byDeadline = watch(read(open({ deadline: 250 }, attempt, { endpoints: ['late:1'] }), late), clock.now);
  const byCaller = watch(read(open({}, attempt, { signal: caller.signal }), left), clock.now);
  await clock.advance(350);
  caller.abort();
  await clock.advance(0);
  assert.deepEqual(
    [late, left],
    [
      [1, 2],
      [1, 2, 3],
    ],
  );
  assert.deepEqual([byDeadline.at, byDeadline.error.origin], [250, 'deadline']);
  assert.deepEqual([byCaller.at, byCaller.error.origin], [350, 'cancelled']);
  assert.deepEqual(
    signals.map((signal) => signal.aborted),
    [true, true],
  );
  assert.equal(state.alarms.size, 0);
});

test('the bulkhead’s permit is held until the stream is over, or its reader has stopped', async () => {
  const { clock, open, ticks } = streams();
  const policy = { bulkhead: { concurrent: 1, queue: 0 } };
  const signals: AbortSignal[] = [];
  const attempt = (a: Attempt) => {
    signals.push(a.signal);
    return ticks(10, 10, a.signal);
  };
  const first: number[] = [];
  watch(read(open(policy, attempt), first), clock.now);
  await clock.advance(50);
  const refused = watch(read(open(policy, attempt), []), clock.now);
  await clock.advance(50);
  assert.equal(refused.error.refusedBy, 'bulkhead');
  assert.equal(first.length, 10);

  const stops = async () => {
    for await (const message of open(policy, attempt)) if (message === 2) break;
  };
  const stopped = watch(stops(), clock.now);
  await clock.advance(100);
  assert.ok(stopped.settled && !stopped.error);
  assert.equal(signals[1]?.aborted, true);

  const next: number[] = [];
  watch(read(open(policy, attempt), next), clock.now);
  await clock.advance(200);
  assert.equal(next.length, 10);
});

test('a stream that is slow to begin may be hedged; the other is told to stop', async () => {
  const { clock, open, ticks } = streams();
  const signals: AbortSignal[] = [];
  const attempt = (a: Attempt) => {
    signals.push(a.signal);
    return ticks(3, a.number === 1 ? 400 : 10, a.signal);
  };
  const messages: number[] = [];
  const policy = { hedge: { after: 50, extra: 1 }, bulkhead: { concurrent: 2, queue: 0 } };
  watch(read(open(policy, attempt, { idempotent: true, endpoints: ['a:1', 'b:1'] }), messages), clock.now);
  await clock.advance(100);
  assert.deepEqual(messages, [1, 2, 3]);
  assert.deepEqual(
    signals.map((signal) => signal.aborted),
    [true, false],
  );
  await clock.advance(1000);
  const both = [[], []].map((into) =>
    watch(
      read(
        open(policy, () => ticks(1, 1)),
        into,
      ),
      clock.now,
    ),
  );
  await clock.advance(10);
  assert.ok(
    both.every((reading) => reading.settled && !reading.error),
    'both permits are back',
  );
});

test('a stream that fails to open counts for the breaker', async () => {
  const { clock, open, state } = streams();
  const policy = { breaker: { failures: 0.5, of: 3, within: 1000, open: 1000, probes: 1 } };
  // biome-ignore lint/correctness/useYield: it fails before its first message
  const down = async function* (): AsyncGenerator<never> {
    throw new ServiceError('unavailable', 'down', { origin: 'remote' });
  };
  for (let n = 0; n < 3; n++) watch(read(open(policy, down), []), clock.now);
  await clock.advance(0);
  assert.equal(state.breakers()[0]?.state, 'open');
});

test('a stream that opens only after its call has ended is closed, and its permit comes back when it is', async () => {
  const { clock, open, state, later } = streams();
  const policy: ClientPolicy = { timeout: 100, bulkhead: { concurrent: 1, queue: 0 } };
  let closed = false;
  async function* deaf() {
    try {
      yield await later(200, 'too late');
      yield 'nobody reads this';
    } finally {
      await later(50, undefined);
      closed = true;
    }
  }
  const answer = watch(read(open(policy, deaf), []), clock.now);
  await clock.advance(100);
  assert.equal(answer.error.origin, 'timeout');

  const { bulkhead } = state.edge(policy, 'feeds');
  await clock.advance(149);
  assert.deepEqual([closed, bulkhead!.running], [false, 1]);
  await clock.advance(1);
  assert.deepEqual([closed, bulkhead!.running], [true, 0]);
});
