import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Alarms } from './alarms.ts';
import { AnswerCache } from './cache.ts';
import { asyncCommand } from './command-fixture.ts';
import { type Watched, watch } from './testbed-fixture.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

const TTL = 1000;
const STALE = 500;

/** A fetch and those who wait for it. A refresh of a stale answer goes on when nobody does. */
interface Fetching {
  readonly id: number;
  readonly refresh: boolean;
  waiting: number[];
}

/** By key: the answer and until when it is fresh, the fetch that is under way. By caller: what it got. */
class Model {
  now = 0;
  fetches = 0;
  cancelled: number[] = [];
  readonly answers = new Map<string, { value: number; freshUntil: number }>();
  readonly flights = new Map<string, Fetching>();
  readonly got: (number | 'waits' | 'cancelled' | 'deadline' | 'failed')[] = [];
  readonly due: number[] = [];

  ask(key: string, patience: number): void {
    const answer = this.answers.get(key);
    const usable = answer !== undefined && this.now < answer.freshUntil + STALE;
    const fresh = usable && this.now < answer.freshUntil;
    const caller = this.got.push(usable ? answer.value : 'waits') - 1;
    this.due.push(this.now + patience);
    if (fresh) return;
    const flight = this.flights.get(key) ?? { id: ++this.fetches, refresh: usable, waiting: [] };
    this.flights.set(key, flight);
    if (!usable) flight.waiting.push(caller);
  }

  land(key: string, well: boolean): void {
    const { id, waiting } = this.flights.get(key)!;
    this.flights.delete(key);
    if (well) this.answers.set(key, { value: id, freshUntil: this.now + TTL });
    for (const caller of waiting) this.got[caller] = well ? id : 'failed';
  }

  leave(caller: number, why: 'cancelled' | 'deadline'): void {
    if (this.got[caller] !== 'waits') return;
    this.got[caller] = why;
    const [key, flight] = [...this.flights].find(([, { waiting }]) => waiting.includes(caller))!;
    flight.waiting = flight.waiting.filter((other) => other !== caller);
    if (flight.refresh || flight.waiting.length > 0) return;
    this.flights.delete(key);
    this.cancelled.push(flight.id);
  }
}

class Real {
  readonly clock: VirtualClock = virtualClock();
  readonly callers: { readonly answer: Watched<number>; readonly leave: AbortController }[] = [];
  readonly fetches: { readonly signal: AbortSignal; resolve(value: number): void; reject(error: Error): void }[] = [];
  readonly #alarms = new Alarms(this.clock);
  // A ttl without spread.
  readonly #cache = new AnswerCache(
    { ttl: TTL, stale: STALE },
    { clock: this.clock, alarms: this.#alarms, random: () => 0.5 },
  );

  ask(key: string, patience: number): void {
    const leave = new AbortController();
    const deadlineAt = this.clock.now() + patience;
    const answer = this.#cache.get(key, { target: key, signal: leave.signal, deadlineAt }, (signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      this.fetches.push({ signal, resolve, reject });
      return promise;
    });
    this.callers.push({ answer: watch(answer, this.clock.now), leave });
  }

  async agrees(model: Model): Promise<void> {
    await this.clock.advance(0);
    const got = this.callers.map(({ answer: { settled, value, error } }) => {
      if (!settled) return 'waits';
      return value ?? (error.message === 'failed' ? 'failed' : error.origin);
    });
    assert.deepEqual(got, model.got);
    assert.equal(this.fetches.length, model.fetches);
    const cancelled = this.fetches.flatMap(({ signal }, at) => (signal.aborted ? [at + 1] : []));
    assert.deepEqual(
      cancelled,
      model.cancelled.toSorted((a, b) => a - b),
    );
    const waiting = [...model.flights.values()].reduce((count, flight) => count + flight.waiting.length, 0);
    assert.equal(this.#alarms.size, waiting);
  }
}

const ask = (key: string, patience: number) =>
  asyncCommand<Model, Real>(`ask ${key} for ${patience}`, async (model, real) => {
    model.ask(key, patience);
    real.ask(key, patience);
    await real.agrees(model);
  });

const land = (key: string, well: boolean) =>
  asyncCommand<Model, Real>(
    `land ${key} ${well ? 'well' : 'badly'}`,
    async (model, real) => {
      const { id } = model.flights.get(key)!;
      model.land(key, well);
      const fetch = real.fetches[id - 1]!;
      if (well) fetch.resolve(id);
      else fetch.reject(new Error('failed'));
      await real.agrees(model);
    },
    ({ flights }) => flights.has(key),
  );

const leave = (pick: number) =>
  asyncCommand<Model, Real>(
    `leave ${pick}`,
    async (model, real) => {
      const caller = pick % model.got.length;
      model.leave(caller, 'cancelled');
      real.callers[caller]!.leave.abort();
      await real.agrees(model);
    },
    ({ got }) => got.length > 0,
  );

const pass = (ms: number) =>
  asyncCommand<Model, Real>(`pass ${ms}`, async (model, real) => {
    model.now += ms;
    model.due.forEach((due, caller) => {
      if (due <= model.now) model.leave(caller, 'deadline');
    });
    await real.clock.advance(ms);
    await real.agrees(model);
  });

test('a cache does what its model does: fresh, stale, fetched once for all, and cancelled when all have gone', async () => {
  const keys = fc.constantFrom('x', 'y');
  const commands = fc.commands(
    [
      fc.tuple(keys, fc.constantFrom(200, 5000, 5000)).map(([key, patience]) => ask(key, patience)),
      fc.tuple(keys, fc.constantFrom(200, 5000, 5000)).map(([key, patience]) => ask(key, patience)),
      fc.tuple(keys, fc.constantFrom(true, true, false)).map(([key, well]) => land(key, well)),
      fc.nat().map(leave),
      fc.constantFrom(1, 100, 499, 501, 1001).map(pass),
    ],
    { maxCommands: 120 },
  );
  await fc.assert(
    fc.asyncProperty(commands, (steps) => fc.asyncModelRun(() => ({ model: new Model(), real: new Real() }), steps)),
    { numRuns: 60 },
  );
});
