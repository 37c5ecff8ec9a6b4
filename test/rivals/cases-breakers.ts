import { type Case, expect, many, passes, virtual } from './cases.ts';
import { Failure, type Library, NotFound } from './library.ts';
import { failLater, hang, later, watch } from './time.ts';

const SECOND = 1000;
const fail = async () => Promise.reject(new Failure());
const succeed = async () => 'ok';

/** Opens at half of ten, and lets through half open as many as the library can, up to three. */
const breakerOf = ({ probes }: Library) => ({ of: 10, within: 10 * SECOND, open: 5 * SECOND, probes });

/** Lines 4–8: breakers. */
export const breakerCases: readonly Case[] = [
  virtual(4, ['breaker'], async (guarded, _, library) => {
    const guard = await guarded({ breaker: breakerOf(library) });
    await many(guard, 9, fail);
    expect(await passes(guard), 'opened below its minimum volume');
    await many(guard, 2, fail);
    expect(!(await passes(guard)), 'did not open at its minimum volume');
  }),

  virtual(4, ['breaker'], async (guarded, _, library) => {
    const guard = await guarded({ breaker: breakerOf(library) });
    await many(guard, 30, hang);
    await many(guard, 10, fail);
    expect(!(await passes(guard)), 'counts calls that still run as if they had succeeded');
  }),

  virtual(5, ['breaker'], async (guarded, time, library) => {
    const guard = await guarded({ breaker: breakerOf(library) });
    await many(guard, 10, fail);
    await time.advance(5 * SECOND + 50);
    let ran = 0;
    const calls = await many(guard, 10, () => {
      ran++;
      return later(SECOND, 'ok');
    });
    expect(ran === library.probes, 'half open, lets through more or less than its probes');
    await time.advance(10);
    const refused = calls.filter(({ settled }) => settled).length;
    expect(refused === 10 - library.probes, 'half open, lets the other calls wait instead of refusing them');
  }),

  virtual(5, ['breaker'], async (guarded, time, library) => {
    const guard = await guarded({ breaker: breakerOf(library) });
    await many(guard, 10, fail);
    await time.advance(5 * SECOND + 50);
    await many(guard, library.probes, hang);
    let passed = false;
    for (let second = 0; second < 60 && !passed; second++) {
      await time.advance(SECOND);
      passed = await passes(guard);
    }
    expect(passed, 'a probe that hangs keeps it half open for ever');
  }),

  virtual(6, ['breaker'], async (guarded, time, library) => {
    const guard = await guarded({ breaker: breakerOf(library) });
    await many(guard, 10, () => failLater(6 * SECOND, new Failure()));
    await many(guard, 10, fail);
    await time.advance(5 * SECOND + 50);
    for (let probe = 0; probe < library.probes; probe++) await many(guard, 1, succeed);
    expect(await passes(guard), 'did not close after its probes had succeeded');
    await time.advance(2 * SECOND);
    expect(await passes(guard), 'closed again, opened for failures of calls that had begun before it opened');
  }),

  virtual(6, ['breaker'], async (guarded, time, library) => {
    const guard = await guarded({ breaker: breakerOf(library) });
    await many(guard, library.probes, () => later(6 * SECOND, 'ok'));
    await many(guard, 30, fail);
    expect(!(await passes(guard)), 'did not open');
    await time.advance(5 * SECOND + 50);
    await many(guard, library.probes, hang);
    await time.advance(SECOND);
    expect(!(await passes(guard)), 'half open, closed for the success of a call that had begun before it opened');
  }),

  virtual(7, ['breaker'], async (guarded, time, library) => {
    for (const offset of [0, 2500, 5000, 7500]) {
      const near = await guarded({ breaker: breakerOf(library) });
      await time.advance(offset);
      await many(near, 5, fail);
      await time.advance(8 * SECOND);
      await many(near, 5, fail);
      expect(!(await passes(near)), 'tumbles: forgets failures that are 8 s old, of a window of 10 s');

      const far = await guarded({ breaker: breakerOf(library) });
      await time.advance(offset);
      await many(far, 5, fail);
      await time.advance(12 * SECOND);
      await many(far, 5, fail);
      expect(await passes(far), 'counts failures that are 12 s old, of a window of 10 s');
    }
  }),

  virtual(8, ['breaker'], async (guarded, _, library) => {
    const guard = await guarded({ breaker: breakerOf(library) });
    await many(guard, 100, async () => Promise.reject(new NotFound()));
    expect(await passes(guard), 'opened for answers such as 404');
  }),

  virtual(8, ['breaker', 'timeout'], async (guarded, time, library) => {
    const guard = await guarded({ breaker: breakerOf(library), timeout: 100 });
    await many(guard, 12, hang);
    await time.advance(150);
    expect(!(await passes(guard)), 'does not see timeouts');
  }),

  virtual(8, ['breaker', 'bulkhead'], async (guarded, time, library) => {
    const guard = await guarded({ breaker: breakerOf(library), bulkhead: { concurrent: 1 } });
    await many(guard, 2, () => later(SECOND, 'ok'));
    await many(guard, 50, succeed);
    await time.advance(3 * SECOND);
    expect(await passes(guard), 'opened for calls that its own bulkhead had refused');
  }),

  virtual(8, ['breaker', 'abort', 'timeout'], async (guarded, time, library) => {
    const guard = await guarded({ breaker: breakerOf(library), timeout: SECOND });
    const caller = new AbortController();
    const heeding = (signal: AbortSignal | undefined) =>
      new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    for (let n = 0; n < 30; n++) watch(guard.call(heeding, { signal: caller.signal }));
    await time.advance(10);
    caller.abort();
    await time.advance(10);
    expect(await passes(guard), 'opened because callers had left');
  }),
];
