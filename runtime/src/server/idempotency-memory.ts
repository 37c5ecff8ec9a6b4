/** Answers to idempotency keys in the memory of one process. */

import type { Clock } from '../policy/clock.ts';
import type { Claimed, IdempotencyStore, KeptAnswer, KeyClaim } from './idempotency-store.ts';

export interface MemoryLimits {
  /** Answers at most. */
  readonly answers: number;
  /** Bytes of answers at most. */
  readonly bytes: number;
}

const LIMITS: MemoryLimits = { answers: 10_000, bytes: 64 * 1024 * 1024 };

interface Held {
  readonly fingerprint: string;
  readonly token: string;
  readonly since: number;
  readonly until: number;
}

interface Kept {
  readonly fingerprint: string;
  readonly answer: KeptAnswer;
  readonly until: number;
  readonly size: number;
}

/** The oldest answer goes when there is no more room. Keys that are held stay: there are no more of them than running calls. */
export function memoryIdempotencyStore(clock: Clock, limits: MemoryLimits = LIMITS): IdempotencyStore {
  return new Memory(clock, limits);
}

class Memory implements IdempotencyStore {
  readonly lease = Number.POSITIVE_INFINITY;
  readonly #clock: Clock;
  readonly #limits: MemoryLimits;
  readonly #held = new Map<string, Held>();
  /** Oldest first: a Map keeps the order of insertion. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(clock: Clock, limits: MemoryLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  async claim(key: string, { fingerprint, token, lease }: KeyClaim): Promise<Claimed> {
    const now = this.#clock.now();
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > now) {
      return { state: 'answered', fingerprint: kept.fingerprint, answer: kept.answer };
    }
    this.#drop(key);
    const held = this.#held.get(key);
    if (held !== undefined && held.until > now) {
      return { state: 'running', fingerprint: held.fingerprint, since: now - held.since };
    }
    this.#held.set(key, { fingerprint, token, since: now, until: now + lease });
    return { state: 'held' };
  }

  async extend(key: string, token: string, lease: number): Promise<boolean> {
    const held = this.#heldBy(key, token);
    if (held !== undefined) this.#held.set(key, { ...held, until: this.#clock.now() + lease });
    return held !== undefined;
  }

  async answer(key: string, token: string, answer: KeptAnswer, ttl: number): Promise<void> {
    const held = this.#heldBy(key, token);
    if (held === undefined) return;
    this.#held.delete(key);
    const size = key.length + ('bytes' in answer ? answer.bytes.length : answer.message.length);
    this.#kept.set(key, { fingerprint: held.fingerprint, answer, until: this.#clock.now() + ttl, size });
    this.#bytes += size;
    this.#makeRoom();
  }

  async release(key: string, token: string): Promise<void> {
    if (this.#heldBy(key, token) !== undefined) this.#held.delete(key);
  }

  #heldBy(key: string, token: string): Held | undefined {
    const held = this.#held.get(key);
    return held?.token === token && held.until > this.#clock.now() ? held : undefined;
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.size ?? 0;
    this.#kept.delete(key);
  }

  #makeRoom(): void {
    const { answers, bytes } = this.#limits;
    for (const [key, { until }] of this.#kept) {
      if (until > this.#clock.now() && this.#kept.size <= answers && this.#bytes <= bytes) return;
      this.#drop(key);
    }
  }
}
