import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Breaker, type BreakerState, REFUSED } from './breaker.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

/** The breaker as the documentation describes it: explicit generations, and lists where it has counters. */
function breakerModel(policy: { failures: number; of: number; open: number; probes: number }) {
  let state: BreakerState = 'closed';
  let generation = 0;
  let openedAt = 0;
  let results: boolean[] = [];
  let leases: { token: number; at: number }[] = [];
  const become = (next: BreakerState) => {
    state = next;
    generation++;
    results = [];
    leases = [];
  };
  return {
    state: () => state,
    generation: () => generation,
    admits(now: number) {
      if (state === 'open' && now >= openedAt + policy.open) become('half-open');
      leases = leases.filter(({ at }) => now < at + policy.open);
      return state === 'closed' || (state === 'half-open' && results.length + leases.length < policy.probes);
    },
    begin: (token: number, now: number) => leases.push({ token, at: now }),
    end(token: number, began: number, failed: boolean | undefined, now: number) {
      if (began !== generation) return;
      leases = leases.filter((lease) => lease.token !== token);
      if (failed === undefined) return;
      results.push(failed);
      const window = results.slice(-policy.of);
      const bad = window.filter(Boolean).length >= policy.failures * window.length;
      if (state === 'half-open' ? failed : window.length === policy.of && bad) {
        become('open');
        openedAt = now;
      } else if (state === 'half-open' && results.length >= policy.probes) become('closed');
    },
  };
}

test('a breaker does what its model does', () => {
  const step = fc.record({
    wait: fc.constantFrom(0, 0, 0, 1, 50, 400, 1000),
    act: fc.constantFrom('begin', 'begin', 'begin', 'fail', 'fail', 'succeed', 'succeed', 'drop'),
    pick: fc.nat(),
  });
  const policy = { failures: 0.5, of: 4, open: 1000, probes: 2 };
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const breaker = new Breaker(policy);
      const model = breakerModel(policy);
      const running: { token: number; began: number }[] = [];
      let now = 0;
      for (const { wait, act, pick } of steps) {
        now += wait;
        if (act === 'begin') {
          const token = breaker.acquire(now);
          assert.equal(token !== REFUSED, model.admits(now));
          if (token === REFUSED) continue;
          model.begin(token, now);
          running.push({ token, began: model.generation() });
        } else if (running.length > 0) {
          const { token, began } = running.splice(pick % running.length, 1)[0]!;
          if (act === 'drop') breaker.release(token);
          else breaker.record(token, act === 'fail', 0, now);
          model.end(token, began, act === 'drop' ? undefined : act === 'fail', now);
        }
        assert.equal(breaker.state, model.state());
        seen.add(breaker.state);
      }
    }),
  );
  assert.equal(seen.size, 3);
});
