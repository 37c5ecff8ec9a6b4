/** The sixteen lines of "What correct means", by their numbers and in their words. Policies run in virtual time with seeded randomness. */
import { type TestContext, test } from 'node:test';
import * as breakers from './correct-breaker-fixture.ts';
import * as calls from './correct-calls-fixture.ts';
import * as services from './correct-services-fixture.ts';

type Stories = Readonly<Record<string, (t: TestContext) => Promise<void> | void>>;

function line(words: string, stories: Stories): void {
  test(words, { timeout: 60_000 }, async (t) => {
    for (const [name, story] of Object.entries(stories)) await t.test(name, story);
  });
}

line('1. Abort during backoff ends the call now, and no further attempt is made.', {
  'the caller leaves in the middle of a backoff': calls.abortDuringBackoff,
});

line('2. A timed-out attempt keeps its bulkhead permit until its work has settled.', {
  'work that ignores its timeout': calls.timedOutWorkKeepsItsPermit,
  'who leaves the queue never runs': calls.whoLeavesTheQueueNeverRuns,
});

line('3. Each attempt has its own cancellation; ending one never ends a sibling.', {
  'an attempt times out beside its hedge': calls.endingOneNeverEndsASibling,
});

line('4. A breaker never opens below its minimum volume; rejected and running calls are not in the denominator.', {
  'one call too few': breakers.neverBelowItsMinimumVolume,
  'many that hang or are refused': breakers.onlyEndedCallsAreCounted,
});

line('5. Half open, exactly `probes` calls pass and the rest are refused at once; a hung probe’s lease runs out.', {
  'ten come, three pass': breakers.exactlyProbesPass,
  'probes that are through make no room for more': breakers.endedProbesMakeNoRoom,
  'three that hang': breakers.aLeaseRunsOut,
  'a probe that is cancelled or throttled lets another try': breakers.aProbeThatSaysNothingLetsAnotherTry,
});

line('6. A result counts for the breaker’s generation in which its call began.', {
  'results that come two states later': breakers.lateResultsAreNoNews,
});

line('7. Windows slide; they do not tumble.', {
  'by time, wherever it begins': breakers.timeWindowsSlide,
  'by count': breakers.countWindowsSlide,
});

line(
  '8. Failures are connect errors, unavailable, timeouts of our own, internal, unknown, 5xx. Not failures: 4xx, the caller’s ' +
    'own cancellation, our own refusals. Throttling (429, RESOURCE_EXHAUSTED) is retried after what it asks for, and counts ' +
    'against the endpoint, not against the service.',
  {
    'each error by itself': breakers.whatIsAFailure,
    'our own timeouts, and the caller’s leaving': breakers.timeoutsAreFailuresAndCancellationIsNone,
    throttling: breakers.throttlingCountsAgainstTheEndpoint,
  },
);

line(
  '9. Retries only where the operation is idempotent or the request provably never reached the server; never after response ' +
    'headers were seen.',
  {
    'reads, writes, and writes that were never sent': calls.onlyWhatMayBeRepeated,
    'an answer that had begun': calls.neverAfterTheResponseBegan,
  },
);

line('10. The budget is by destination, shared by retries and hedges; over budget means fail now, never wait.', {
  'two retries and a hedge take the floor of three': calls.overBudgetFailsNow,
  'beyond the floor, a share of the calls in flight': calls.aShareOfTheCallsInFlight,
});

line(
  '11. `Retry-After` and `grpc-retry-pushback-ms` override backoff, with jitter, capped, and end the retrying if the deadline ' +
    'comes first.',
  {
    'a wait, and one that is too long': calls.whatTheServerAsksOverridesBackoff,
    'the deadline comes first, or the server wants no retry': calls.theDeadlineEndsTheRetrying,
  },
);

line(
  '12. Deadlines travel as time left (`grpc-timeout`; over HTTP `x-request-timeout-ms` and `traceparent`), become a monotonic ' +
    'instant on arrival, and expired work is dropped before the handler runs. A wall clock that jumps changes nothing.',
  {
    'over HTTP': (t) => services.deadlinesTravelAsTimeLeft(t, 'http'),
    'over gRPC': (t) => services.deadlinesTravelAsTimeLeft(t, 'grpc'),
    'expired on arrival': services.expiredOnArrival,
    'expired in the queue': calls.expiredWorkIsDropped,
    'no call outlives its deadline, nor its caller’s': calls.noCallOutlivesItsDeadline,
    'a wall clock that jumps by an hour': calls.aWallClockThatJumps,
  },
);

line('13. Timers above 2^31-1 ms work.', { 'a month': calls.longTimers });

line('14. One caller’s abort does not cancel a coalesced fetch that others wait for.', {
  'one of three leaves': calls.othersKeepTheirFetch,
  'all leave': calls.whenAllHaveGoneItIsCancelled,
});

line(
  '15. At least once: the broker is acknowledged after the handler (and its outbox row, its inbox row) has committed; the dead ' +
    'letter is confirmed before the original is acknowledged; on drain: stop fetching, finish, acknowledge, close.',
  {
    'a handler that fails, and one that is still running when the service stops': services.acknowledgedAfterTheHandler,
    'what is given up is among the dead letters before the next one comes': services.deadLettersAreKeptFirst,
  },
);

line(
  '16. Idempotency keys: same key and same request, same answer; same key and another request, 422; still running, 409.',
  {
    'a payment': services.idempotencyKeys,
  },
);
