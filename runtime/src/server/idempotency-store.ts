/** Where answers to idempotency keys are kept: the interface that a store implements. */

/** An answer as it is kept: bytes in protobuf, which the operation's codec reads again. */
export type KeptAnswer =
  | { readonly kind: 'response'; readonly bytes: Uint8Array }
  /** An error that the operation declares, by the full name of its message. */
  | { readonly kind: 'declared'; readonly error: string; readonly bytes: Uint8Array; readonly message: string }
  /** An error that the handler threw on purpose. */
  | { readonly kind: 'error'; readonly code: string; readonly status: number; readonly message: string };

/** A request that asks for its key. */
export interface KeyClaim {
  /** Of the request: the same for the same request. */
  readonly fingerprint: string;
  /** Unlike that of any other claim: who holds a key shows it. */
  readonly token: string;
  /** Milliseconds after which the key is free again if its holder is not heard of: it has died. */
  readonly lease: number;
}

export type Claimed =
  /** The key was free and is held now. */
  | { readonly state: 'held' }
  /** Another holds it, for `since` milliseconds so far. */
  | { readonly state: 'running'; readonly fingerprint: string; readonly since: number }
  | { readonly state: 'answered'; readonly fingerprint: string; readonly answer: KeptAnswer };

/**
 * Keeps answers by key. Each method is one atomic step, also between processes that share the store. `idempotencyContract`
 * is the test of it.
 *
 * A store that fails rejects: the call is then refused as unavailable, and nothing is carried out twice.
 */
export interface IdempotencyStore {
  /**
   * Milliseconds for which a claim holds unless it is extended, which who holds it does three times as often. Infinite
   * where a store lives no longer than its holders do.
   */
  readonly lease: number;
  /** Takes a key that is free, or says what is there. A key whose lease or time to live has run out is free. */
  claim(key: string, claim: KeyClaim): Promise<Claimed>;
  /** Holds a key longer: for another `lease` milliseconds from now. False when it is not held by `token`. */
  extend(key: string, token: string, lease: number): Promise<boolean>;
  /** Keeps the answer for `ttl` milliseconds from now, in place of the claim. Does nothing when the key is not held by `token`. */
  answer(key: string, token: string, answer: KeptAnswer, ttl: number): Promise<void>;
  /** Frees the key. Does nothing when it is not held by `token`. */
  release(key: string, token: string): Promise<void>;
}
