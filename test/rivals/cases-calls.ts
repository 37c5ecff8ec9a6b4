import { type Case, expect, virtual } from './cases.ts';
import { Busy, Failure, NeverSent } from './library.ts';
import { failLater, hang, later, watch } from './time.ts';

const SECOND = 1000;

/** Lines 1–3, 9–11 and 14: calls, their attempts and what they share. */
export const callCases: readonly Case[] = [
  virtual(1, ['retry', 'abort'], async (guarded, time) => {
    const guard = await guarded({ retry: { attempts: 3, backoff: SECOND } });
    const caller = new AbortController();
    let attempts = 0;
    const fail = async () => {
      attempts++;
      throw new Failure();
    };
    const call = watch(guard.call(fail, { signal: caller.signal }));
    await time.advance(500);
    expect(attempts === 1, 'the retry did not wait for its backoff');
    caller.abort();
    await time.advance(10);
    const endedAtOnce = call.settled;
    await time.advance(60 * SECOND);
    const more = attempts > 1 ? ', and then made another attempt' : '';
    expect(endedAtOnce, `waited for the rest of the backoff${more}`);
    expect(attempts === 1, 'made another attempt after the abort');
  }),

  virtual(2, ['timeout', 'bulkhead'], async (guarded, time) => {
    const guard = await guarded({ timeout: 100, bulkhead: { concurrent: 1 } });
    const slow = watch(guard.call(() => later(500, 'late')));
    await time.advance(150);
    expect(slow.settled, 'did not time out');
    let ran = 0;
    watch(guard.call(async () => ran++));
    await time.advance(200);
    expect(ran === 0, 'gave the permit away while the work of the call that had timed out went on');
    await time.advance(300);
    watch(guard.call(async () => ran++));
    await time.advance(10);
    expect(ran > 0, 'kept the permit after the work had settled');
  }),

  virtual(3, ['timeout', 'cancellation'], async (guarded, time) => {
    const guard = await guarded({ timeout: 100 });
    const signals: (AbortSignal | undefined)[] = [];
    const work = (ms: number) => (signal: AbortSignal | undefined) => {
      signals.push(signal);
      return later(ms, 'ok');
    };
    watch(guard.call(work(500)));
    await time.advance(50);
    const sibling = watch(guard.call(work(80)));
    await time.advance(60);
    expect(signals[0]?.aborted === true, 'did not tell the work that its time was over');
    expect(signals[1]?.aborted === false, 'the timeout of one call cancelled another');
    await time.advance(100);
    expect(sibling.value === 'ok', 'the timeout of one call ended another');
  }),

  virtual(9, ['retry', 'safe retries'], async (guarded, time) => {
    const guard = await guarded({ retry: { attempts: 3, backoff: 10 } });
    const attemptsOf = async (error: Error, write: boolean) => {
      let attempts = 0;
      const fail = async () => {
        attempts++;
        throw error;
      };
      watch(guard.call(fail, write ? { write } : {}));
      await time.advance(SECOND);
      return attempts;
    };
    expect((await attemptsOf(new Failure(), false)) === 3, 'did not repeat a read');
    expect((await attemptsOf(new Failure(), true)) === 1, 'repeated a write that may have been carried out');
    expect((await attemptsOf(new NeverSent(), true)) === 3, 'did not repeat a write that was never sent');
    const begun = Object.assign(new Failure(), { cause: undefined, responseBegun: true });
    expect((await attemptsOf(begun, false)) === 1, 'repeated a call whose answer had begun');
  }),

  virtual(10, ['retry', 'retry budget'], async (guarded, time) => {
    const guard = await guarded({ retry: { attempts: 3, backoff: SECOND } });
    let attempts = 0;
    const fail = () => {
      attempts++;
      return failLater(10, new Failure());
    };
    const calls = Array.from({ length: 100 }, () => watch(guard.call(fail)));
    await time.advance(20);
    const failed = calls.filter(({ settled }) => settled).length;
    expect(failed >= 80, 'calls over the budget waited');
    await time.advance(10 * SECOND);
    expect(attempts > 100, 'did not retry at all');
    // A fifth of a hundred, and what the floor of three makes of them later.
    expect(attempts <= 100 + 2 * 20, 'retried beyond the budget');
  }),

  virtual(11, ['retry', 'retry-after'], async (guarded, time) => {
    const attemptsIn = async (ms: number, retryAfter: number, deadline?: number) => {
      const guard = await guarded({ retry: { attempts: 2, backoff: 10 }, ...(deadline !== undefined && { deadline }) });
      let attempts = 0;
      const fail = async () => {
        attempts++;
        throw new Busy(retryAfter);
      };
      const call = watch(guard.call(fail));
      await time.advance(ms);
      return { attempts, settled: call.settled };
    };
    expect((await attemptsIn(1999, 2000)).attempts === 1, 'came back before the time that the callee had asked for');
    expect((await attemptsIn(2400, 2000)).attempts === 2, 'did not come back when the callee had asked it to');
    expect((await attemptsIn(37 * SECOND, 3600 * SECOND)).attempts === 2, 'waits for an hour if it is asked to');
    expect((await attemptsIn(10, 2000, SECOND)).settled, 'waited although the deadline comes first');
    expect((await attemptsIn(10, -1)).settled, 'retried where the callee wants no retry');
  }),

  virtual(14, ['coalescing', 'abort'], async (guarded, time) => {
    const guard = await guarded({ coalesce: true });
    const signals: (AbortSignal | undefined)[] = [];
    const fetch = (signal: AbortSignal | undefined) => {
      signals.push(signal);
      return signals.length === 1 ? later(100, 'fetched') : hang();
    };
    const callers = [new AbortController(), new AbortController(), new AbortController()];
    const [first, ...others] = callers.map(({ signal }) => watch(guard.call(fetch, { signal, key: 'x' })));
    await time.advance(10);
    expect(signals.length === 1, 'fetched more than once');
    callers[0]?.abort();
    await time.advance(10);
    expect(first?.settled === true, 'who had left still waited');
    expect(signals[0]?.aborted === false, 'the abort of one caller cancelled the fetch that others waited for');
    await time.advance(100);
    expect(
      others.every(({ value }) => value === 'fetched'),
      'the others did not get what was fetched',
    );
  }),
];
