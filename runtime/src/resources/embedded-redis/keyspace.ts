import type { Clock } from '../../policy/clock.ts';

/** What a key holds. */
export type Value =
  | { readonly kind: 'string'; text: string }
  | { readonly kind: 'hash'; readonly fields: Map<string, string> }
  | { readonly kind: 'list'; readonly items: string[] }
  | { readonly kind: 'set'; readonly members: Set<string> }
  | { readonly kind: 'zset'; readonly scores: Map<string, number> };

type OfKind<Kind extends Value['kind']> = Extract<Value, { kind: Kind }>;

interface Entry {
  readonly value: Value;
  /** Instant of the clock from which the key is gone. */
  expiresAt: number | undefined;
}

/** An error that the server would answer with; `ioredis` gives it this name too. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
}

/** Writes between two searches for keys that expired and that nobody has asked for since. */
const WRITES_PER_SWEEP = 1000;

/** Keys, their values and their expiry on the given clock. */
export class Keyspace {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  #writes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The value under a key, or undefined; a `WRONGTYPE` error when it is of another kind. */
  find<Kind extends Value['kind']>(key: string, kind: Kind): OfKind<Kind> | undefined {
    const value = this.#alive(key)?.value;
    if (value === undefined) return undefined;
    if (value.kind !== kind) {
      throw new ReplyError('WRONGTYPE Operation against a key holding the wrong kind of value');
    }
    return value as OfKind<Kind>;
  }

  /** The value under a key, made if there is none. */
  findOrAdd<Kind extends Value['kind']>(key: string, kind: Kind, make: () => OfKind<Kind>): OfKind<Kind> {
    const found = this.find(key, kind);
    if (found !== undefined) return found;
    const made = make();
    this.put(key, made);
    return made;
  }

  /** Replaces whatever the key held, its expiry too. */
  put(key: string, value: Value, expiresIn?: number): void {
    this.#sweepNowAndThen();
    this.#entries.set(key, { value, expiresAt: expiresIn === undefined ? undefined : this.#clock.now() + expiresIn });
  }

  has(key: string): boolean {
    return this.#alive(key) !== undefined;
  }

  remove(key: string): boolean {
    return this.#alive(key) !== undefined && this.#entries.delete(key);
  }

  /** False when there is no such key. */
  expire(key: string, milliseconds: number): boolean {
    const entry = this.#alive(key);
    if (entry === undefined) return false;
    entry.expiresAt = this.#clock.now() + milliseconds;
    this.#alive(key);
    return true;
  }

  /** True when the key had an expiry, and has none now. */
  persist(key: string): boolean {
    const entry = this.#alive(key);
    if (entry?.expiresAt === undefined) return false;
    entry.expiresAt = undefined;
    return true;
  }

  /** Milliseconds left: -1 without an expiry, -2 without the key, as Redis says it. */
  timeLeft(key: string): number {
    const entry = this.#alive(key);
    if (entry === undefined) return -2;
    return entry.expiresAt === undefined ? -1 : entry.expiresAt - this.#clock.now();
  }

  #alive(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expiresAt === undefined || entry.expiresAt > this.#clock.now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #sweepNowAndThen(): void {
    this.#writes += 1;
    if (this.#writes % WRITES_PER_SWEEP !== 0) return;
    for (const key of this.#entries.keys()) this.#alive(key);
  }
}
