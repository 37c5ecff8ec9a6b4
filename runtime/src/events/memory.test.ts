import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../policy/random.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { type Delivery, type EventMessage, type Subscriber, Undeliverable } from './broker.ts';
import { memoryBroker } from './memory.ts';

function subscriber(rest: Partial<Subscriber> = {}): Subscriber {
  return { event: 'e', group: 'g', concurrent: 4, attempts: 5, backoff: [100, 1000], deadLetter: true, ...rest };
}

function message(text: string, key?: string, event = 'e'): EventMessage {
  return { event, payload: Buffer.from(text), headers: {}, ...(key === undefined ? {} : { key }) };
}

function world(capacity?: number) {
  const clock = virtualClock();
  const broker = memoryBroker({ clock, random: seededRandom(1), ...(capacity === undefined ? {} : { capacity }) });
  const sleep = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  return { clock, broker, sleep };
}

const textOf = ({ payload }: Delivery) => payload.toString();

test('each group gets each event, and its members share them', async () => {
  const { clock, broker } = world();
  const seen: Record<string, string[]> = { a1: [], a2: [], b: [] };
  const reader = (name: string) => async (delivery: Delivery) => void seen[name]!.push(textOf(delivery));
  await broker.subscribe(subscriber({ group: 'a' }), reader('a1'));
  await broker.subscribe(subscriber({ group: 'a' }), reader('a2'));
  await broker.subscribe(subscriber({ group: 'b' }), reader('b'));
  await broker.subscribe(subscriber({ event: 'other' }), () => assert.fail('not of this event'));
  for (let i = 0; i < 10; i++) await broker.publish(message(String(i)));
  await clock.advance(0);
  const all = Array.from({ length: 10 }, (_, i) => String(i));
  assert.deepEqual([...seen.a1!, ...seen.a2!].sort(), all);
  assert.deepEqual(seen.b, all);
  assert.ok(seen.a1!.length > 0 && seen.a2!.length > 0, 'both members work');
});

test('what fails comes again after a backoff that doubles, and is given up after its attempts', async () => {
  const { clock, broker } = world();
  const at: number[] = [];
  await broker.subscribe(subscriber({ attempts: 5, backoff: [100, 400] }), async ({ attempt }) => {
    at.push(clock.now());
    throw new Error(`failure ${attempt}`);
  });
  await broker.publish(message('poison'));
  await clock.advance(10_000);
  const waits = at.slice(1).map((instant, i) => instant - at[i]!);
  assert.equal(at.length, 5);
  for (const [i, full] of [100, 200, 400, 400].entries()) {
    assert.ok(waits[i]! >= Math.max(100, full / 2) && waits[i]! <= full, `wait ${i + 1} was ${waits[i]} of ${full}`);
  }
  const [letter, ...rest] = await broker.deadLetters();
  assert.deepEqual(rest, []);
  assert.deepEqual(
    [letter?.group, letter?.attempts, letter?.reason, letter?.payload.toString()],
    ['g', 5, 'failure 5', 'poison'],
  );
  assert.equal(clock.pending, 0);
});

test('without dead-letter what was given up is gone', async () => {
  const { clock, broker } = world();
  await broker.subscribe(subscriber({ attempts: 1, deadLetter: false }), () => Promise.reject(new Error('no')));
  await broker.publish(message('poison'));
  await clock.advance(0);
  assert.deepEqual(await broker.deadLetters(), []);
});

test('what no repetition can mend is given up at once', async () => {
  const { clock, broker } = world();
  let deliveries = 0;
  await broker.subscribe(subscriber(), async () => {
    deliveries++;
    throw new Undeliverable('no such message');
  });
  await broker.publish(message('garbage'));
  await clock.advance(10_000);
  assert.equal(deliveries, 1);
  assert.equal((await broker.deadLetters({ event: 'e', group: 'g' }))[0]?.reason, 'no such message');
  assert.deepEqual(await broker.deadLetters({ event: 'other' }), []);
});

test('dead letters can be delivered again', async () => {
  const { clock, broker } = world();
  let broken = true;
  const seen: string[] = [];
  await broker.subscribe(subscriber({ attempts: 1 }), async (delivery) => {
    if (broken) throw new Error('broken');
    seen.push(`${textOf(delivery)} ${delivery.attempt}`);
  });
  await broker.publish(message('a', 'k'));
  await broker.publish(message('b', 'k'));
  await clock.advance(0);
  assert.equal((await broker.deadLetters()).length, 2);
  broken = false;
  assert.equal(await broker.redeliver({ group: 'g' }), 2);
  await clock.advance(0);
  assert.deepEqual(seen, ['a 1', 'b 1']);
  assert.deepEqual(await broker.deadLetters(), []);
});

test('a failing event holds back its key, and no other', async () => {
  const { clock, broker } = world();
  const seen: string[] = [];
  await broker.subscribe(subscriber({ concurrent: 1 }), async (delivery) => {
    if (textOf(delivery) === 'a1' && delivery.attempt === 1) throw new Error('not yet');
    seen.push(textOf(delivery));
  });
  for (const [text, key] of [
    ['a1', 'a'],
    ['a2', 'a'],
    ['b1', 'b'],
    ['c1', undefined],
  ] as const) {
    await broker.publish(message(text, key));
  }
  await clock.advance(0);
  assert.deepEqual(seen, ['b1', 'c1']);
  await clock.advance(1000);
  assert.deepEqual(seen, ['b1', 'c1', 'a1', 'a2']);
});

test('stopping waits for what runs, and leaves the rest to the next member', async () => {
  const { clock, broker, sleep } = world();
  const seen: string[] = [];
  const first = await broker.subscribe(subscriber({ concurrent: 2 }), async (delivery) => {
    await sleep(500);
    seen.push(`first ${textOf(delivery)}`);
  });
  for (const text of ['1', '2', '3']) await broker.publish(message(text));
  await clock.advance(100);
  let stopped = false;
  const stopping = first.stop().then(() => {
    stopped = true;
  });
  await clock.advance(100);
  assert.equal(stopped, false);
  await clock.advance(400);
  await stopping;
  assert.deepEqual(seen, ['first 1', 'first 2']);
  await broker.publish(message('4'));
  await broker.subscribe(subscriber(), async (delivery) => void seen.push(`second ${textOf(delivery)}`));
  await clock.advance(0);
  assert.deepEqual(seen.slice(2), ['second 3', 'second 4']);
});

test('an event that waits out its backoff while its member stops goes to the next, its attempts remembered', async () => {
  const { clock, broker } = world();
  const first = await broker.subscribe(subscriber(), () => Promise.reject(new Error('no')));
  await broker.publish(message('a'));
  await clock.advance(0);
  await first.stop();
  await clock.advance(5000);
  const attempts: number[] = [];
  await broker.subscribe(subscriber(), async ({ attempt }) => void attempts.push(attempt));
  await clock.advance(0);
  assert.deepEqual(attempts, [2]);
});

test('a full broker refuses the event rather than lose another', async () => {
  const { broker } = world(2);
  const subscription = await broker.subscribe(subscriber(), async () => {});
  await subscription.stop();
  await broker.publish(message('1'));
  await broker.publish(message('2'));
  await assert.rejects(broker.publish(message('3')), { code: 'resource-exhausted' });
});

test('a closed broker says so, and leaves no timer behind', async () => {
  const { clock, broker } = world();
  await broker.subscribe(subscriber(), () => Promise.reject(new Error('no')));
  await broker.publish(message('1'));
  await clock.advance(0);
  await broker.close();
  assert.equal(clock.pending, 0);
  await assert.rejects(broker.publish(message('2')), { code: 'unavailable' });
  await assert.rejects(broker.ping(), { code: 'unavailable' });
  await assert.rejects(
    broker.subscribe(subscriber(), async () => {}),
    { code: 'unavailable' },
  );
});

test('at least once, in order by key, never more than `concurrent` at a time: whatever fails and whoever stops', async () => {
  const event = fc.record({
    key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    takes: fc.nat(50),
    failures: fc.nat(3),
  });
  const member = fc.record({
    concurrent: fc.integer({ min: 1, max: 4 }),
    stopsAt: fc.option(fc.nat(400), { nil: undefined }),
  });
  const plan = fc.record({
    events: fc.array(event, { maxLength: 30 }),
    members: fc.array(member, { minLength: 1, maxLength: 3 }),
    gap: fc.nat(20),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ events, members, gap, seed }) => {
      const clock = virtualClock();
      const broker = memoryBroker({ clock, random: seededRandom(seed) });
      const sleep = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
      const done: number[] = [];
      const deliveries = new Map<number, number>();
      const busyKeys = new Set<string>();
      // What a handler throws is a failed delivery, so its faults are gathered instead.
      const faults: string[] = [];
      const join = async ({ concurrent }: { concurrent: number }) => {
        let running = 0;
        return broker.subscribe(subscriber({ concurrent, attempts: 4, backoff: [10, 40] }), async (delivery) => {
          const id = Number(textOf(delivery));
          const { key, takes, failures } = events[id]!;
          deliveries.set(id, (deliveries.get(id) ?? 0) + 1);
          running++;
          if (delivery.attempt !== deliveries.get(id)) faults.push(`${id} has the wrong attempt`);
          if (running > concurrent) faults.push(`${running} at a time`);
          if (key !== undefined && busyKeys.has(key)) faults.push(`two of ${key} at a time`);
          if (key !== undefined) busyKeys.add(key);
          await sleep(takes);
          running--;
          if (key !== undefined) busyKeys.delete(key);
          if (delivery.attempt <= failures) throw new Error('again');
          done.push(id);
        });
      };
      for (const one of members) {
        const subscription = await join(one);
        if (one.stopsAt !== undefined) clock.after(one.stopsAt, () => void subscription.stop());
      }
      for (const [id, { key }] of events.entries()) {
        await broker.publish(message(String(id), key));
        await clock.advance(gap);
      }
      await clock.advance(20_000);
      await join({ concurrent: 2 });
      await clock.advance(20_000);
      assert.deepEqual(faults, []);
      assert.deepEqual(
        [...done].sort((a, b) => a - b),
        events.map((_, id) => id),
        'each is done once its failures are over',
      );
      for (const key of ['a', 'b', 'c']) {
        const ofKey = done.filter((id) => events[id]!.key === key);
        assert.deepEqual(
          ofKey,
          [...ofKey].sort((a, b) => a - b),
          `the order of key ${key}`,
        );
      }
      assert.deepEqual(await broker.deadLetters(), []);
      await broker.close();
    }),
    { numRuns: 40 },
  );
});
