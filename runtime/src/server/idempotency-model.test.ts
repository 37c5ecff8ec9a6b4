import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SoldOut } from '../fixtures/kinds.ts';
import { asyncCommand } from '../policy/command-fixture.ts';
import { type Watched, watch } from '../policy/testbed-fixture.ts';
import { type VirtualClock, virtualClock } from '../policy/virtual-clock.ts';
import { keyed } from './idempotency-fixture.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

const HOUR = 3_600_000;

type End = 'answered' | 'declared' | 'failed';

/** By key: which request came with it, the run that it began, and how that ended. */
class Model {
  now = 0;
  runs = 0;
  readonly kept = new Map<string, { body: string; run: number; since: number; end?: End }>();
  readonly got: string[] = [];

  ask(key: string, body: string): void {
    const known = this.kept.get(key);
    if (known === undefined || (known.end !== undefined && this.now >= known.since + 24 * HOUR)) {
      // In a map that goes by age.
      this.kept.delete(key);
      this.kept.set(key, { body, run: ++this.runs, since: this.now });
      this.got.push(`runs ${this.runs}`);
    } else if (known.body !== body) this.got.push('422');
    else this.got.push(known.end === undefined ? '409' : `${known.end} ${known.run}`);
  }

  end(key: string, end: End): void {
    const known = this.kept.get(key)!;
    this.got[this.got.indexOf(`runs ${known.run}`)] = `${end} ${known.run}`;
    if (end === 'failed') this.kept.delete(key);
    else {
      known.end = end;
      known.since = this.now;
    }
  }
}

class Real {
  readonly clock: VirtualClock = virtualClock();
  readonly #store = keyed(this.clock);
  readonly #answers: Watched<string>[] = [];
  readonly #runs: PromiseWithResolvers<string>[] = [];

  ask(key: string, body: string): void {
    const run = () => {
      const running = Promise.withResolvers<string>();
      this.#runs.push(running);
      return running.promise;
    };
    this.#answers.push(watch(this.#store.once('Pay', key, body, run), this.clock.now));
  }

  end(run: number, end: End): void {
    const { resolve, reject } = this.#runs[run - 1]!;
    if (end === 'answered') resolve(`answered ${run}`);
    else reject(end === 'declared' ? new SoldOut({ sku: String(run), left: 0n }) : new Error(`failed ${run}`));
  }

  async agrees(model: Model): Promise<void> {
    await this.clock.advance(0);
    const got = this.#answers.map(({ settled, value, error }, at) => {
      if (!settled) return model.got[at]!.startsWith('runs') ? model.got[at]! : 'runs';
      if (error instanceof SoldOut) return `declared ${error.fields.sku}`;
      return value ?? (error.status === undefined ? error.message : String(error.status));
    });
    assert.deepEqual(got, model.got);
    assert.equal(this.#runs.length, model.runs);
  }
}

const ask = (key: string, body: string) =>
  asyncCommand<Model, Real>(`ask ${key} ${body}`, async (model, real) => {
    model.ask(key, body);
    real.ask(key, body);
    await real.agrees(model);
  });

const end = (key: string, how: End) =>
  asyncCommand<Model, Real>(
    `end ${key} ${how}`,
    async (model, real) => {
      real.end(model.kept.get(key)!.run, how);
      model.end(key, how);
      await real.agrees(model);
    },
    ({ kept }) => kept.has(key) && kept.get(key)?.end === undefined,
  );

const pass = (hours: number) =>
  asyncCommand<Model, Real>(`pass ${hours} h`, async (model, real) => {
    model.now += hours * HOUR;
    await real.clock.advance(hours * HOUR);
  });

test('idempotency keys do what their model does', async () => {
  const keys = fc.constantFrom('k', 'l', 'm');
  const asks = fc.tuple(keys, fc.constantFrom('a', 'a', 'a', 'b')).map(([key, body]) => ask(key, body));
  const ends = fc.tuple(keys, fc.constantFrom<End>('answered', 'answered', 'declared', 'failed'));
  const commands = fc.commands(
    [asks, asks, ends.map(([key, how]) => end(key, how)), fc.constantFrom(1, 11, 24).map(pass)],
    {
      maxCommands: 120,
    },
  );
  await fc.assert(
    fc.asyncProperty(commands, (steps) => fc.asyncModelRun(() => ({ model: new Model(), real: new Real() }), steps)),
    { numRuns: 60 },
  );
});
