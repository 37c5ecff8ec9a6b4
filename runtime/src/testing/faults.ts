/** What goes wrong between the parts of a system, when a test says so. */

import { type CodeName, ServiceError } from '../errors.ts';
import type { Clock } from '../policy/clock.ts';
import type { Random } from '../policy/random.ts';
import { type Duration, milliseconds } from './duration.ts';

/** A crossing from one part to another: a call, a query, a publishing, a delivery. */
export interface Crossing {
  /** The calling service; `test` for the test itself. */
  readonly from: string;
  /** The names of what is reached. */
  readonly to: readonly string[];
  readonly operation?: string;
}

export interface Where {
  /** Only crossings from this service. */
  readonly from?: string;
  /** Only this operation, by its name in the `.svc`; of a resource, this method. */
  readonly operation?: string;
}

export interface How {
  /** So many crossings, then no more. */
  readonly times?: number;
  /** The share of crossings that are met, by the seed of the test: 0.1 is every tenth. */
  readonly share?: number;
}

/** The faults of one edge. Each method adds one and gives the edge again. */
export interface EdgeFaults {
  /** So long there and back together, half of it each way; between two durations, as the seed has it. */
  latency(time: Duration | readonly [Duration, Duration], how?: How): EdgeFaults;
  /** It answers with this, and does nothing. */
  fail(error: CodeName | Error, how?: How): EdgeFaults;
  /** Nothing listens there: the request provably never arrives. */
  down(how?: How): EdgeFaults;
  /** Nothing arrives and nothing comes back, until it is healed or nobody waits any longer. */
  partition(how?: How): EdgeFaults;
  /** It does what it is asked for, and the answer is lost. */
  lose(how?: How): EdgeFaults;
  /** Ends the faults that were added here. */
  heal(): void;
}

type Kind =
  | { readonly kind: 'latency'; readonly least: number; readonly most: number }
  | { readonly kind: 'fail'; readonly error: CodeName | Error }
  | { readonly kind: 'down' }
  | { readonly kind: 'partition' }
  | { readonly kind: 'lose' };

interface Fault {
  readonly matches: (crossing: Crossing) => boolean;
  readonly does: Kind;
  readonly share: number;
  left: number;
}

/** One crossing on its way. */
export interface Passage {
  /** Resolves when the request has arrived; rejects when it does not. */
  there(): Promise<void>;
  /** Resolves when the answer, or the next of them, has come back; rejects when it does not. */
  back(): Promise<void>;
}

const UNHINDERED: Passage = { there: async () => {}, back: async () => {} };

export class Faults {
  readonly #clock: Clock;
  readonly #random: Random;
  #faults: readonly Fault[] = [];
  /** Woken when something is healed: partitions end. */
  readonly #healing = new Set<() => void>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The faults of crossings to one part. */
  on(to: string, { from, operation }: Where = {}): EdgeFaults {
    const added = new Set<Fault>();
    const matches = (crossing: Crossing) =>
      crossing.to.includes(to) &&
      (from === undefined || crossing.from === from) &&
      (operation === undefined || crossing.operation === operation);
    const add = (does: Kind, { times = Number.POSITIVE_INFINITY, share = 1 }: How = {}): EdgeFaults => {
      const fault: Fault = { matches, does, share, left: times };
      added.add(fault);
      this.#faults = [...this.#faults, fault];
      return edge;
    };
    const edge: EdgeFaults = {
      latency(time, how) {
        const [least, most] = typeof time === 'object' ? time : [time, time];
        return add({ kind: 'latency', least: milliseconds(least), most: milliseconds(most) }, how);
      },
      fail: (error, how) => add({ kind: 'fail', error }, how),
      down: (how) => add({ kind: 'down' }, how),
      partition: (how) => add({ kind: 'partition' }, how),
      lose: (how) => add({ kind: 'lose' }, how),
      heal: () => this.#heal((fault) => added.has(fault)),
    };
    return edge;
  }

  /** Ends all faults. */
  clear(): void {
    this.#heal(() => true);
  }

  #heal(which: (fault: Fault) => boolean): void {
    this.#faults = this.#faults.filter((fault) => !which(fault));
    const waiting = [...this.#healing];
    this.#healing.clear();
    for (const wake of waiting) wake();
  }

  /** What one crossing meets. `signal` aborts when nobody waits for it any longer. */
  cross(crossing: Crossing, signal?: AbortSignal): Passage {
    const met = this.#faults.filter((fault) => this.#meets(fault, crossing));
    if (met.length === 0) return UNHINDERED;
    const target = [crossing.to[0], ...(crossing.operation === undefined ? [] : [crossing.operation])].join('.');
    const kinds = met.map(({ does }) => does);
    const way = kinds.reduce((sum, does) => (does.kind === 'latency' ? sum + this.#between(does) / 2 : sum), 0);
    const parted = met.filter(({ does }) => does.kind === 'partition');
    const pass = async () => {
      await this.#sleep(way, signal);
      while (this.#faults.some((fault) => parted.includes(fault))) await this.#untilHealed(signal);
    };
    return {
      there: async () => {
        await pass();
        for (const does of kinds) {
          if (does.kind === 'down') throw nothingListens(target);
          if (does.kind === 'fail') throw failure(does.error, target);
        }
      },
      back: async () => {
        await pass();
        if (kinds.some(({ kind }) => kind === 'lose')) throw lost(target);
      },
    };
  }

  #meets(fault: Fault, crossing: Crossing): boolean {
    if (fault.left <= 0 || !fault.matches(crossing)) return false;
    if (fault.share < 1 && this.#random() >= fault.share) return false;
    fault.left -= 1;
    return true;
  }

  #between({ least, most }: { readonly least: number; readonly most: number }): number {
    return least === most ? least : least + (most - least) * this.#random();
  }

  #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (ms === 0) return Promise.resolve();
    return abortable(signal, (resolve) => this.#clock.after(ms, resolve));
  }

  #untilHealed(signal: AbortSignal | undefined): Promise<void> {
    return abortable(signal, (resolve) => {
      this.#healing.add(resolve);
      return () => this.#healing.delete(resolve);
    });
  }
}

/** Waits for what `start` says, or rejects when the signal aborts. `start` gives what ends the wait. */
function abortable(signal: AbortSignal | undefined, start: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = () => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    };
    const stop = start(done);
    const aborted = () => {
      stop();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', aborted, { once: true });
  });
}

function failure(error: CodeName | Error, target: string): Error {
  if (typeof error !== 'string') return error;
  return new ServiceError(error, `${target} fails, as the test has it`, { origin: 'remote' });
}

function nothingListens(target: string): ServiceError {
  return new ServiceError('unavailable', `${target} cannot be reached: nothing listens there, as the test has it`, {
    origin: 'connect',
  });
}

function lost(target: string): ServiceError {
  return new ServiceError('unavailable', `the connection to ${target} broke before its answer, as the test has it`, {
    origin: 'remote',
  });
}
