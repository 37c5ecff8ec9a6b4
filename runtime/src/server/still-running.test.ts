import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientPolicy } from '../definition.ts';
import { testbed } from '../policy/testbed-fixture.ts';
import { keyed } from './idempotency-fixture.ts';

const retry = { attempts: 2, backoff: [10, 10], jitter: 'none', on: ['timeout'] } as const;

/** A callee that takes its time, and deduplicates. */
function callee(takes: number) {
  const bed = testbed();
  const store = keyed(bed.clock);
  const seen = { runs: 0, asked: 0 };
  const run = () => {
    seen.runs += 1;
    return bed.later(takes, 'paid');
  };
  const pay = (policy: ClientPolicy) =>
    bed.call(policy, () => {
      seen.asked += 1;
      return store.once('Pay', 'k', 'a', run);
    });
  return { ...bed, seen, pay };
}

test('a retry that meets its first attempt still running gets its answer', async () => {
  const { clock, seen, events, pay } = callee(900);
  const paid = pay({ timeout: 200, deadline: 3000, retry });
  await clock.advance(3000);
  assert.deepEqual([paid.value, seen.runs], ['paid', 1]);
  assert.ok(paid.at! >= 900 && paid.at! < 1500, `answered at ${paid.at}`);
  assert.ok(seen.asked > retry.attempts, 'asking for an answer is not another attempt at the work');
  const causes = events.flatMap((event) => (event.kind === 'retry' ? [event.cause] : []));
  assert.deepEqual([...new Set(causes)], ['timeout', 'still-running']);
});

test('it asks no longer than the deadline, nor without one more often than attempts allow', async () => {
  const bounded = callee(10_000);
  const late = bounded.pay({ timeout: 200, deadline: 2000, retry });
  await bounded.clock.advance(2000);
  assert.equal(late.error.stillRunning, true);
  assert.equal(bounded.seen.runs, 1);
  const unbounded = callee(10_000);
  const given = unbounded.pay({ timeout: 200, retry });
  await unbounded.clock.advance(2000);
  assert.deepEqual([given.error.stillRunning, unbounded.seen.asked], [true, 2]);
});

test('a hedge that finds the first at work leaves it to its work', async () => {
  const { clock, seen, pay } = callee(300);
  const paid = pay({ deadline: 3000, hedge: { after: 100, extra: 1 } });
  await clock.advance(301);
  assert.deepEqual([paid.value, seen.runs, seen.asked], ['paid', 1, 2]);
});
