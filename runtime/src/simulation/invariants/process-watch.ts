import type { ClientPolicy, ServerPolicy } from '../../definition.ts';
import type { PolicyState } from '../../policy/state.ts';
import type { Process } from '../process.ts';
import { BreakerLog, Bucket, Tally } from './ledger.ts';

/** What is known about one process from outside. */
export class ProcessWatch {
  readonly process: Process;
  readonly state: PolicyState;
  serves: readonly ServerPolicy[] = [];
  /** Calls and requests under way. */
  readonly unsettled = new Set<{ readonly id: number; readonly what: string }>();
  /** Policies that were used, and for which destinations. */
  readonly edges = new Map<ClientPolicy, Set<string>>();
  /** Work that runs, by bulkhead. */
  readonly running = new Tally();
  /** Whether it sets no timers where nothing is under way: it has no caches, which fetch for nobody, and measures no lag. */
  rests = true;
  readonly #quiet: () => void;
  #underWay = 0;
  #begun = 0;
  readonly #traffic = new Map<string, Traffic>();
  readonly #buckets = new Map<object, Map<string, Bucket>>();
  readonly #breakers = new Map<string, BreakerLog>();

  /** @param quiet called where nothing is under way any more */
  constructor(process: Process, state: PolicyState, quiet: () => void) {
    this.process = process;
    this.state = state;
    this.#quiet = quiet;
  }

  /** How much has begun so far: calls, requests, their handlers, attempts. */
  get begun(): number {
    return this.#begun;
  }

  begin(): void {
    this.#begun++;
    this.#underWay++;
  }

  end(): void {
    this.#underWay--;
    if (this.#underWay === 0 && this.rests) this.#quiet();
  }

  /** What goes to one destination. */
  traffic(destination: string): Traffic {
    let traffic = this.#traffic.get(destination);
    if (!traffic) {
      traffic = { calls: 0, extras: 0, caches: false };
      this.#traffic.set(destination, traffic);
    }
    return traffic;
  }

  used(policy: ClientPolicy, destination: string): void {
    const destinations = this.edges.get(policy);
    if (destinations) destinations.add(destination);
    else this.edges.set(policy, new Set([destination]));
  }

  bucket(limit: NonNullable<ClientPolicy['limit']>, destination: string): Bucket {
    let places = this.#buckets.get(limit);
    if (!places) {
      places = new Map();
      this.#buckets.set(limit, places);
    }
    let bucket = places.get(destination);
    if (!bucket) {
      bucket = new Bucket(limit, this.process.clock.now());
      places.set(destination, bucket);
    }
    return bucket;
  }

  /** Endpoints have unique names, and breakers that are set alike are one. */
  breaker(policy: NonNullable<ClientPolicy['breaker']>, endpoint: string): BreakerLog {
    const key = `${endpoint} ${JSON.stringify(policy)}`;
    let log = this.#breakers.get(key);
    if (!log) {
      log = new BreakerLog(policy);
      this.#breakers.set(key, log);
    }
    return log;
  }
}

/** Calls to one destination. */
export interface Traffic {
  /** Not settled. */
  calls: number;
  /** Retries and hedges that have been sent and have not ended. */
  extras: number;
  /** Some calls are answered from a cache: then fetches go on for nobody, and calls wait for those of others. */
  caches: boolean;
}
