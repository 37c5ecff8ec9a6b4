/** Idempotency keys: a repeated request gets the answer of the first, and does nothing again. */

import { createHash } from 'node:crypto';
import { DeclaredError, ServiceError } from '../errors.ts';
import type { Clock } from '../policy/clock.ts';

/** Milliseconds for which an answer is kept. */
const KEPT = 24 * 60 * 60 * 1000;
/** Answers kept at most; beyond it the oldest goes. */
const CAPACITY = 10_000;
const LONGEST_KEY = 255;
/** Milliseconds after which to ask again for an answer that is being worked on, at least and at most. */
const SOONEST = 50;
const LATEST = 1000;

interface Entry {
  readonly fingerprint: string;
  readonly startedAt: number;
  readonly expiresAt: number;
  /** Undefined while the first request runs. */
  answer: { readonly value: unknown } | { readonly error: DeclaredError } | undefined;
}

/** Answers by key, in the memory of one process. */
export interface IdempotencyStore {
  /**
   * Runs the first request of a key, and gives later ones its answer; a declared error is an answer too. A failure is
   * forgotten, so that it can be tried again.
   *
   * Throws 409 `aborted`, marked `stillRunning`, while the first still runs, and 422 `failed-precondition` when the key came with another request.
   *
   * @param scope what keys belong to: the operation and the caller
   * @param request the bytes of the request
   */
  once<T>(scope: string, key: string, request: Uint8Array, run: () => Promise<T>): Promise<T>;
}

export function createIdempotencyStore(clock: Clock): IdempotencyStore {
  const entries = new Map<string, Entry>();

  function forgetOld(): void {
    // Oldest first: a Map keeps the order of insertion, and all entries live equally long.
    for (const [id, entry] of entries) {
      if (entry.answer === undefined) continue;
      if (entry.expiresAt > clock.now() && entries.size <= CAPACITY) return;
      entries.delete(id);
    }
  }

  return {
    async once<T>(scope: string, key: string, request: Uint8Array, run: () => Promise<T>): Promise<T> {
      if (key === '' || key.length > LONGEST_KEY) {
        throw new ServiceError('invalid-argument', `An idempotency key has 1 to ${LONGEST_KEY} characters.`);
      }
      forgetOld();
      const id = `${scope}\n${key}`;
      const fingerprint = createHash('sha256').update(request).digest('base64');
      const earlier = entries.get(id);
      if (earlier !== undefined) return repeat<T>(earlier, fingerprint, clock.now());
      const startedAt = clock.now();
      const entry: Entry = { fingerprint, startedAt, expiresAt: startedAt + KEPT, answer: undefined };
      entries.set(id, entry);
      try {
        const value = await run();
        entry.answer = { value };
        return value;
      } catch (error) {
        if (error instanceof DeclaredError) entry.answer = { error };
        else entries.delete(id);
        throw error;
      }
    },
  };
}

function repeat<T>(entry: Entry, fingerprint: string, now: number): T {
  if (entry.fingerprint !== fingerprint) {
    throw new ServiceError('failed-precondition', 'The idempotency key was used before, with another request.', {
      status: 422,
    });
  }
  if (entry.answer === undefined) {
    // Ever less often, and half as long too late at most.
    const retryAfter = Math.min(Math.max((now - entry.startedAt) / 2, SOONEST), LATEST);
    const detail = 'A request with this idempotency key is still running.';
    throw new ServiceError('aborted', detail, { retryAfter, stillRunning: true });
  }
  if ('error' in entry.answer) throw entry.answer.error;
  return entry.answer.value as T;
}
