import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Breaker, type BreakerState, type BreakerToken, REFUSED } from './breaker.ts';
import { command } from './command-fixture.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

const policy = { failures: 0.5, of: 4, open: 1000, probes: 2 };

/** The breaker as the documentation describes it: explicit generations, and lists where it has counters. */
class Model {
  now = 0;
  state: BreakerState = 'closed';
  generation = 0;
  openedAt = 0;
  results: boolean[] = [];
  leases: { token: BreakerToken; until: number }[] = [];
  running: { token: BreakerToken; began: number }[] = [];

  become(state: BreakerState): void {
    Object.assign(this, { state, generation: this.generation + 1, results: [], leases: [] });
    if (state === 'open') this.openedAt = this.now;
  }

  admits(): boolean {
    if (this.state === 'open' && this.now >= this.openedAt + policy.open) this.become('half-open');
    this.leases = this.leases.filter(({ until }) => this.now < until);
    if (this.state === 'half-open') return this.results.length + this.leases.length < policy.probes;
    return this.state === 'closed';
  }

  ended(failed: boolean): void {
    this.results.push(failed);
    const window = this.results.slice(-policy.of);
    const bad = window.length === policy.of && window.filter(Boolean).length >= policy.failures * policy.of;
    if (this.state === 'half-open' ? failed : bad) this.become('open');
    else if (this.state === 'half-open' && this.results.length === policy.probes) this.become('closed');
  }
}

const seen = new Set<BreakerState>();

const wait = (ms: number) =>
  command<Model, Breaker>(`wait ${ms}`, (model) => {
    model.now += ms;
  });

const begin = command<Model, Breaker>('begin', (model, breaker) => {
  const ready = breaker.ready(model.now);
  const token = breaker.acquire(model.now);
  const admitted = model.admits();
  assert.deepEqual([ready, token !== REFUSED], [admitted, admitted]);
  assert.equal(breaker.state, model.state);
  if (!admitted) return;
  if (model.state === 'half-open') model.leases.push({ token, until: model.now + policy.open });
  model.running.push({ token, began: model.generation });
});

const end = (how: 'well' | 'badly' | 'cancelled', pick: number) =>
  command<Model, Breaker>(
    `end ${how} ${pick}`,
    (model, breaker) => {
      const [{ token, began }] = model.running.splice(pick % model.running.length, 1) as [Model['running'][0]];
      if (how === 'cancelled') breaker.release(token);
      else breaker.record(token, how === 'badly', 0, model.now);
      if (began === model.generation) {
        model.leases = model.leases.filter((lease) => lease.token !== token);
        if (how !== 'cancelled') model.ended(how === 'badly');
      }
      assert.equal(breaker.state, model.state);
      seen.add(breaker.state);
    },
    ({ running }) => running.length > 0,
  );

test('a breaker does what its model does', () => {
  const commands = fc.commands(
    [
      fc.constantFrom(1, 50, 400, 1000).map(wait),
      fc.constant(begin),
      fc.constant(begin),
      fc.tuple(fc.constantFrom('well', 'badly', 'badly', 'cancelled'), fc.nat()).map(([how, pick]) => end(how, pick)),
    ],
    { maxCommands: 300 },
  );
  fc.assert(
    fc.property(commands, (steps) => fc.modelRun(() => ({ model: new Model(), real: new Breaker(policy) }), steps)),
  );
  assert.deepEqual(seen, new Set(['closed', 'open', 'half-open']));
});
