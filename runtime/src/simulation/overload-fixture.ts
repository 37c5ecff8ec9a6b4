/**
 * An overload whose trigger goes away, after "Metastable Failures in Distributed Systems" (Bronson et al., HotOS 2021) and
 * "Metastable Failures in the Wild" (Huang et al., OSDI 2022): a server with room to spare, a spike of load, and retries,
 * which keep up the load when the spike is over.
 */
import type { ClientPolicy, RetryPolicy, ServerPolicy } from '../definition.ts';
import type { EdgeCounts } from './figures.ts';
import { simulate } from './simulate.ts';
import type { System } from './system.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** When the spike begins, and how long it lasts. */
const SPIKE_AT = 5 * MINUTE;
const SPIKE_FOR = MINUTE;
const HOUR = 60 * MINUTE;

/** Calls per second: what the server can do, what is asked of it, and what of it while the spike lasts. */
export const CAPACITY = 20;
export const LOAD = 12;
const SPIKE = 60;

/** How many requests the server takes in, most of which wait: as many as Node's listeners. */
export const BACKLOG = 511;

const WORKERS = 2;

/** What stands between the load and the server. */
export interface Defence {
  /** Share of the calls that may be retries; 1 is no bound: no call has more than one attempt at a time. */
  readonly budget: number;
  /** 3 unless given. */
  readonly attempts?: number;
  readonly client?: Omit<ClientPolicy, 'retry' | 'timeout'>;
  readonly server?: ServerPolicy;
  /** Among how many processes the callers are spread; one unless given. */
  readonly processes?: number;
}

function overload({ budget, attempts = 3, client = {}, server = {}, processes = 1 }: Defence): System {
  const retry: RetryPolicy = {
    attempts,
    backoff: [25, 250],
    jitter: 'full',
    on: ['connect', 'unavailable', 'timeout'],
    budget,
  };
  const policy: ClientPolicy = { timeout: 2 * SECOND, retry, ...client };
  return {
    services: {
      server: {
        replicas: 1,
        workers: WORKERS,
        backlog: BACKLOG,
        // As a database does, or a handler that does not look at its signal.
        heeds: false,
        operations: {
          Get: {
            kind: 'idempotent',
            work: { kind: 'exponential', mean: (SECOND * WORKERS) / CAPACITY },
            fails: {},
            policy: server,
            calls: [],
          },
        },
      },
    },
    callers: {
      web: {
        processes,
        calls: [{ service: 'server', operation: 'Get', policy }],
        rates: [
          { from: 0, rate: LOAD / processes },
          { from: SPIKE_AT, rate: SPIKE / processes },
          { from: SPIKE_AT + SPIKE_FOR, rate: LOAD / processes },
        ],
        keys: 1,
      },
    },
    network: { latency: { kind: 'constant', ms: 1 }, loss: 0, brokenAfter: 10 * SECOND, foreignErrors: false },
    timers: { early: 0, late: 0 },
    disturbances: [],
    duration: HOUR,
  };
}

/** What became of it. */
export interface Course {
  /** Calls per second that succeed: before the spike, in it, in the minute after, and in the last ten minutes. */
  readonly before: number;
  readonly during: number;
  readonly after: number;
  readonly end: number;
  /** Attempts for each call in the last ten minutes. */
  readonly amplification: number;
  /** Milliseconds from the end of the spike until calls succeed again for a minute; Infinity: not within the hour. */
  readonly recovery: number;
}

const INTERVAL = 10 * SECOND;

/** Recovered is who answers this share of the calls of a minute. */
const WELL = 0.95;

export async function courseOf(defence: Defence, seed: number): Promise<Course> {
  const intervals = await withoutStacks(async () => {
    const { figures } = await simulate(overload(defence), { seed, interval: INTERVAL });
    return figures.edges['web → server.Get']!;
  });
  const goodput = (from: number, to: number) => {
    const part = intervals.slice(from / INTERVAL, to / INTERVAL);
    return sum(part, 'succeeded') / ((to - from) / SECOND);
  };
  const over = SPIKE_AT + SPIKE_FOR;
  const end = intervals.slice((HOUR - 10 * MINUTE) / INTERVAL);
  const recovered = intervals.findIndex((_, at) => {
    const minute = intervals.slice(at, at + MINUTE / INTERVAL);
    return at >= over / INTERVAL && sum(minute, 'succeeded') >= WELL * sum(minute, 'calls');
  });
  return {
    before: goodput(0, SPIKE_AT),
    during: goodput(SPIKE_AT, over),
    after: goodput(over, over + MINUTE),
    end: goodput(HOUR - 10 * MINUTE, HOUR),
    amplification: sum(end, 'attempts') / sum(end, 'calls'),
    recovery: recovered < 0 ? Number.POSITIVE_INFINITY : recovered * INTERVAL - over,
  };
}

/** A third of the time would go into the stacks of errors that nobody reads. */
async function withoutStacks<T>(work: () => Promise<T>): Promise<T> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function sum(intervals: readonly EdgeCounts[], of: 'calls' | 'succeeded' | 'attempts'): number {
  return intervals.reduce((total, counts) => total + counts[of], 0);
}
