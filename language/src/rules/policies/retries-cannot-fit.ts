import type { Fix, Model, Retry } from '../../model/model.ts';
import { longestBackoffs } from '../../model/worst-case.ts';
import { type EdgeWith, edgesWith } from '../edges.ts';
import { partText } from '../explain/part-text.ts';
import { durationText } from '../naming.ts';
import type { Report } from '../rule.ts';
import { byCause, haveAlone } from './by-cause.ts';
import { callsText, writeForCalls } from './write-part.ts';

const parts = ['timeout', 'deadline', 'retry'] as const;
type Tried = EdgeWith<(typeof parts)[number]>;

export function retriesCannotFit(model: Model, report: Report<'retries-cannot-fit'>): void {
  const cut = edgesWith(model, ...parts).filter(({ policy }) => {
    const { timeout, deadline, retry } = policy;
    // A timeout above the deadline is told by its own rule.
    return timeout.value.ms <= deadline.value.ms && !allFit(timeout.value.ms, deadline.value.ms, retry.value);
  });
  for (const cause of byCause(model, cut, parts, report)) {
    const { timeout, deadline, retry } = cause.edges[0].policy;
    const fits = fitting(timeout.value.ms, deadline.value.ms, retry.value);
    const backoff = shortestBackoffs(retry.value, fits + 1);
    const last = earliestStart(timeout.value.ms, retry.value, retry.value.attempts);
    if (!Number.isFinite(last)) continue;
    report({
      at: cause.at,
      values: {
        ...cause.labels,
        attempts: retry.value.attempts,
        fits,
        timeout: durationText(timeout.value.ms),
        deadline: durationText(deadline.value.ms),
        backoff: backoff === 0 ? undefined : durationText(backoff),
        start: durationText(fits * timeout.value.ms + backoff),
        last: durationText(last),
      },
      related: [...cause.parts, ...cause.alike],
      allowedAt: cause.allowedAt,
      fixes: lowerAttempts(model, cause.edges, fits),
    });
  }
}

/**
 * Can every attempt start before the deadline, when those before it run into their timeout and backoff is as short as its
 * jitter allows? Where a failure to connect alone is retried, nothing is: it is told at once, and no timeout is waited for.
 */
export function allFit(timeout: number, deadline: number, retry: Retry): boolean {
  const isSlow = retry.on.some((cause) => cause !== 'connect');
  return !isSlow || retry.attempts === 1 || earliestStart(timeout, retry, retry.attempts) < deadline;
}

/** How many attempts can start, by bisection: attempts may be written by the million. */
function fitting(timeout: number, deadline: number, retry: Retry): number {
  let [fits, tooMany] = [1, retry.attempts];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (earliestStart(timeout, retry, middle) < deadline) fits = middle;
    else tooMany = middle;
  }
  return fits;
}

const earliestStart = (timeout: number, retry: Retry, attempt: number): number =>
  (attempt - 1) * timeout + shortestBackoffs(retry, attempt);

/** The share of a backoff that is certain; the rest is random (as in the runtime's `backoff`). */
const certainShare = { full: 0, equal: 0.5, none: 1 } as const;

/** All waits up to an attempt together, if chance makes each as short as it can be. */
function shortestBackoffs({ backoff, jitter }: Retry, attempts: number): number {
  const share = certainShare[jitter];
  return share === 0 ? 0 : share * longestBackoffs({ attempts, backoff });
}

/** Where the number is written, if that is the business of these calls alone; else a `retry` of their own. */
function lowerAttempts(model: Model, edges: readonly [Tried, ...Tried[]], fits: number): Fix[] {
  const { value } = edges[0].policy.retry;
  const title = `Set \`attempts\` to ${fits}`;
  if (value.attemptsAt && haveAlone(model, edges, 'retry')) {
    return [{ title, edits: [{ at: value.attemptsAt, text: String(fits) }] }];
  }
  if (fits === 1) return writeForCalls(edges, 'retry', 'retry none', `Do not retry ${callsText(edges)}`);
  // All of it is written out, with the runtime's own budget where none was.
  const text = partText('retry', { ...value, attempts: fits, budget: value.budget ?? 20 });
  return writeForCalls(edges, 'retry', text, `${title} for ${callsText(edges)}`);
}
