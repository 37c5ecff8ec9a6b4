import type { EdgeEvent } from '../policy/call.ts';
import type { CallModel } from './system.ts';

/** What was counted in one interval. A call counts where it began, whatever came of it later. */
export interface EdgeCounts {
  calls: number;
  succeeded: number;
  failed: number;
  /** Requests that went out. */
  attempts: number;
  retries: number;
  hedges: number;
  /** Attempts that a policy of the caller did not let out, and retries that the budget did not allow. */
  refused: number;
  /** Of calls that succeeded, in milliseconds. */
  latencies: number[];
}

export interface ServiceCounts {
  received: number;
  succeeded: number;
  failed: number;
  /** Answers, good or bad, that nobody waited for any longer. */
  wasted: number;
}

/** Counts over time, by edge (`web → orders.PlaceOrder`) and by service; element n is the n-th interval. */
export interface Figures {
  /** Milliseconds. */
  readonly interval: number;
  readonly edges: Readonly<Record<string, readonly EdgeCounts[]>>;
  readonly services: Readonly<Record<string, readonly ServiceCounts[]>>;
}

/** Gathers figures while a simulation runs. Instants are milliseconds. */
export class FigureBook {
  readonly #interval: number;
  readonly #edges = new Map<string, EdgeCounts[]>();
  readonly #services = new Map<string, ServiceCounts[]>();

  constructor(interval: number) {
    this.#interval = interval;
  }

  /** A call of `process` begins. */
  edge(process: string, { service, operation }: CallModel, now: number): EdgeFigures {
    const name = `${process.slice(0, process.lastIndexOf('/'))} → ${service}.${operation}`;
    return new EdgeFigures(this.#of(this.#edges, name, now, emptyEdge), now);
  }

  service(name: string): ServiceFigures {
    return new ServiceFigures((now) => this.#of(this.#services, name, now, emptyService));
  }

  read(): Figures {
    return {
      interval: this.#interval,
      edges: Object.fromEntries(this.#edges),
      services: Object.fromEntries(this.#services),
    };
  }

  #of<Counts>(book: Map<string, Counts[]>, name: string, now: number, empty: () => Counts): Counts {
    let intervals = book.get(name);
    if (!intervals) {
      intervals = [];
      book.set(name, intervals);
    }
    const at = Math.floor(now / this.#interval);
    while (intervals.length <= at) intervals.push(empty());
    return intervals[at]!;
  }
}

/** Of one call. */
export class EdgeFigures {
  readonly #counts: EdgeCounts;
  readonly #begun: number;

  constructor(counts: EdgeCounts, now: number) {
    this.#counts = counts;
    this.#begun = now;
    counts.calls++;
  }

  observe(event: EdgeEvent): void {
    switch (event.kind) {
      case 'attempt-started':
        this.#counts.attempts++;
        break;
      case 'retry':
        this.#counts.retries++;
        break;
      case 'hedge':
        this.#counts.hedges++;
        break;
      case 'refused':
        this.#counts.refused++;
        break;
      case 'attempt-ended':
      case 'cache':
      case 'fallback':
      case 'ejected':
      case 'breaker':
        break;
    }
  }

  settled(error: unknown, now: number): void {
    if (error !== undefined) {
      this.#counts.failed++;
      return;
    }
    this.#counts.succeeded++;
    this.#counts.latencies.push(now - this.#begun);
  }
}

/** Of one service. */
export class ServiceFigures {
  readonly #at: (now: number) => ServiceCounts;

  constructor(at: (now: number) => ServiceCounts) {
    this.#at = at;
  }

  received(now: number): void {
    this.#at(now).received++;
  }

  answered(error: unknown, inVain: boolean, now: number): void {
    const counts = this.#at(now);
    if (error === undefined) counts.succeeded++;
    else counts.failed++;
    if (inVain) counts.wasted++;
  }
}

function emptyEdge(): EdgeCounts {
  return { calls: 0, succeeded: 0, failed: 0, attempts: 0, retries: 0, hedges: 0, refused: 0, latencies: [] };
}

function emptyService(): ServiceCounts {
  return { received: 0, succeeded: 0, failed: 0, wasted: 0 };
}
