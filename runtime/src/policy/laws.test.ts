/** Laws that hold for whole calls, whatever happens: random policies, services, callers and times. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ClientPolicy } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { Attempt } from './call.ts';
import { testbed, type Watched } from './testbed-fixture.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

const times = fc.integer({ min: 1, max: 400 });
const maybe = <T>(part: fc.Arbitrary<T>) => fc.option(part, { nil: undefined, freq: 3 });
const policies = fc.record({
  timeout: maybe(times),
  deadline: maybe(times),
  retry: maybe(
    fc.record({
      attempts: fc.integer({ min: 1, max: 4 }),
      backoff: fc.constantFrom([0, 0] as const, [10, 100] as const),
      jitter: fc.constantFrom('full' as const, 'equal' as const, 'none' as const),
      on: fc.constant(['connect', 'unavailable', 'timeout'] as const),
    }),
  ),
  breaker: maybe(fc.constant({ failures: 0.5, of: 5, within: 1000, open: 200, probes: 2 })),
  bulkhead: maybe(fc.record({ concurrent: fc.integer({ min: 1, max: 3 }), queue: fc.integer({ min: 0, max: 3 }) })),
  limit: maybe(fc.record({ rate: fc.integer({ min: 5, max: 100 }), burst: fc.integer({ min: 1, max: 20 }) })),
  hedge: maybe(fc.record({ after: fc.integer({ min: 0, max: 50 }), extra: fc.integer({ min: 1, max: 2 }) })),
  cache: maybe(fc.record({ ttl: times, stale: times })),
});

/** How one attempt goes: how long it takes, how it ends, and whether it heeds its signal. */
const behaviours = fc.record({
  ms: fc.integer({ min: 0, max: 300 }),
  end: fc.constantFrom('ok', 'ok', 'unavailable', 'connect', 'not-found', 'throw'),
  heeds: fc.boolean(),
});

const callers = fc.record({
  wait: fc.integer({ min: 0, max: 60 }),
  abortAfter: maybe(times),
  deadline: maybe(times),
  key: fc.constantFrom('x', 'y'),
  endpoints: fc.constantFrom(['a:1'], ['a:1', 'b:1'], ['a:1', 'b:1', 'c:1'], []),
});

test('whatever happens: bulkhead and budget are kept, every call ends by its deadline, and nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      policies,
      fc.array(callers, { minLength: 1, maxLength: 25 }),
      fc.array(behaviours, { minLength: 5, maxLength: 40 }),
      async (drawn, arrivals, script) => {
        const policy = JSON.parse(JSON.stringify(drawn)) as ClientPolicy;
        const bed = testbed();
        const { clock, state } = bed;
        const { budget } = state.edge(policy, 'users').destination;
        let running = 0;
        let next = 0;
        const attempt = (a: Attempt): Promise<string> => {
          const { ms, end, heeds } = script[next++ % script.length]!;
          running++;
          if (policy.bulkhead)
            assert.ok(running <= policy.bulkhead.concurrent, 'more work runs than the bulkhead allows');
          if (end === 'throw') {
            running--;
            throw new ServiceError('internal', 'thrown');
          }
          return new Promise<string>((resolve, reject) => {
            const error =
              end === 'connect'
                ? new ServiceError('unavailable', end, { origin: 'connect' })
                : new ServiceError(end === 'ok' ? 'internal' : (end as 'unavailable'), end, { origin: 'remote' });
            clock.after(ms, () => (end === 'ok' ? resolve('ok') : reject(error)));
            if (heeds) a.signal.addEventListener('abort', () => reject(a.signal.reason));
          }).finally(() => running--);
        };
        const calls: { call: Watched<string>; endsBy: number; signal: AbortSignal }[] = [];
        for (const { wait, abortAfter, deadline, key, endpoints } of arrivals) {
          await clock.advance(wait);
          const caller = new AbortController();
          if (abortAfter !== undefined) clock.after(abortAfter, () => caller.abort());
          const deadlineAt = deadline === undefined ? undefined : clock.now() + deadline;
          const endsBy = Math.min(
            deadlineAt ?? Infinity,
            policy.deadline === undefined ? Infinity : clock.now() + policy.deadline,
            abortAfter === undefined ? Infinity : clock.now() + abortAfter,
          );
          const call = bed.call(policy, attempt, {
            signal: caller.signal,
            deadlineAt,
            request: key,
            endpoints,
            observe: (event) => {
              if (event.kind !== 'retry' && event.kind !== 'hedge') return;
              assert.ok(budget.extras <= Math.max(3, 0.2 * budget.calls), 'over budget');
            },
          });
          calls.push({ call, endsBy, signal: caller.signal });
        }
        await clock.advance(60_000);
        for (const { call, endsBy, signal } of calls) {
          assert.deepEqual(getEventListeners(signal, 'abort'), []);
          assert.ok(call.settled, 'a call hangs');
          assert.ok(call.at! <= endsBy, `ended at ${call.at}, deadline ${endsBy}`);
          if (call.error !== undefined) assert.ok(call.error instanceof ServiceError, String(call.error));
        }
        assert.equal(running, 0);
        assert.equal(state.alarms.size, 0);
        assert.equal(clock.pending, 0);
        assert.deepEqual([budget.calls, budget.extras], [0, 0]);
        const edge = state.edge(policy, 'users');
        assert.deepEqual([edge.bulkhead?.running ?? 0, edge.bulkhead?.waiting ?? 0], [0, 0]);
        assert.ok([...edge.destination.endpoints.values()].every((endpoint) => endpoint.inFlight === 0));
      },
    ),
    { numRuns: 300 },
  );
});
