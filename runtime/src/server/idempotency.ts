/** Idempotency keys: a repeated request gets the answer of the first, and does nothing again. */

import { createHash, randomUUID } from 'node:crypto';
import type { Codec } from '../codec/codec.ts';
import { type CodeName, DeclaredError, declaredError, ServiceError } from '../errors.ts';
import type { Clock } from '../policy/clock.ts';
import { requestKey } from '../policy/request-key.ts';
import type { IdempotencyStore, KeptAnswer } from './idempotency-store.ts';

/** Milliseconds for which an answer is kept. */
const KEPT = 24 * 60 * 60 * 1000;
const LONGEST_KEY = 255;
/** Milliseconds after which to ask again for an answer that is being worked on, at least and at most. */
const SOONEST = 50;
const LATEST = 1000;

/** A call that came with a key. */
export interface KeyedCall {
  readonly operation: string;
  /** Whose key it is; empty where nobody asks who calls. */
  readonly whose: string;
  readonly key: string;
  /** In TypeScript form. */
  readonly request: unknown;
}

/** How answers of an operation are written and read again. */
export interface AnswerForm {
  readonly codec: Codec;
  /** The message that it returns; absent when it returns nothing. */
  readonly response?: string | undefined;
  /** The errors that it declares, by full name. */
  readonly errors: Readonly<Record<string, { readonly status: number; readonly grpc: number }>>;
}

export interface Idempotency {
  /**
   * Runs the first request of a key, and gives later ones its answer; an error that the handler meant as an answer is one
   * too. A failure is forgotten, so that it can be tried again.
   *
   * Rejects with 409 `aborted`, marked `stillRunning`, while the first still runs, with 422 `failed-precondition` when the
   * key came with another request, and with 503 `unavailable` when the store fails: without it nobody knows what was done.
   */
  once<T>(call: KeyedCall, form: AnswerForm, run: () => Promise<T>): Promise<T>;
}

/** @param service whose operations these are: services may share a store */
export function createIdempotency(service: string, store: IdempotencyStore, clock: Clock): Idempotency {
  return {
    async once<T>(call: KeyedCall, form: AnswerForm, run: () => Promise<T>): Promise<T> {
      const { operation, whose, key, request } = call;
      if (key === '' || key.length > LONGEST_KEY) {
        throw new ServiceError('invalid-argument', `An idempotency key has 1 to ${LONGEST_KEY} characters.`);
      }
      const id = digest(JSON.stringify([service, operation, whose, key]));
      const fingerprint = digest(requestKey(request));
      const token = randomUUID();
      const claimed = await asked(store.claim(id, { fingerprint, token, lease: store.lease }));
      if (claimed.state !== 'held' && claimed.fingerprint !== fingerprint) throw anotherRequest();
      if (claimed.state === 'running') throw stillRunning(claimed.since);
      if (claimed.state === 'answered') return given<T>(claimed.answer, form);
      const stop = holding(store, clock, id, token);
      try {
        const value = await run();
        await keep({ kind: 'response', bytes: written(value, form) });
        return value;
      } catch (error) {
        const answer = answerIn(error, form);
        if (answer === undefined) await store.release(id, token).catch(() => {});
        else await keep(answer);
        throw error;
      } finally {
        stop();
      }

      /** The work is done: a store that fails now leaves the key held until its lease runs out, and the caller has its answer. */
      async function keep(answer: KeptAnswer): Promise<void> {
        await store.answer(id, token, answer, KEPT).catch(() => {});
      }
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url');

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new ServiceError('unavailable', 'Idempotency keys cannot be looked up.', { cause });
  }
}

/** Says that a key is still needed, for as long as its request runs. */
function holding(store: IdempotencyStore, clock: Clock, id: string, token: string): () => void {
  const { lease } = store;
  let cancel = () => {};
  if (!Number.isFinite(lease)) return cancel;
  const again = () => {
    cancel = clock.after(lease / 3, () => {
      store.extend(id, token, lease).catch(() => {});
      again();
    });
  };
  again();
  return () => cancel();
}

function anotherRequest(): ServiceError {
  return new ServiceError('failed-precondition', 'The idempotency key was used before, with another request.', {
    status: 422,
  });
}

function stillRunning(since: number): ServiceError {
  // Ever less often, and half as long too late at most.
  const retryAfter = Math.min(Math.max(since / 2, SOONEST), LATEST);
  const detail = 'A request with this idempotency key is still running.';
  return new ServiceError('aborted', detail, { retryAfter, stillRunning: true });
}

function written(value: unknown, { codec, response }: AnswerForm): Uint8Array {
  return response === undefined ? new Uint8Array() : codec.serialize(response, value);
}

/** Answers that the handler gave on purpose, and that asking again would not change. */
const ANSWERS: ReadonlySet<CodeName> = new Set([
  'invalid-argument',
  'not-found',
  'already-exists',
  'permission-denied',
  'failed-precondition',
  'out-of-range',
  'unimplemented',
]);

/** Undefined for a failure. Whoever asks to be asked again later has not answered either. */
function answerIn(error: unknown, { codec, errors }: AnswerForm): KeptAnswer | undefined {
  if (!(error instanceof ServiceError) || error.status >= 500 || error.retryAfter !== undefined) return undefined;
  const { code, status, message } = error;
  if (error instanceof DeclaredError) {
    if (!Object.hasOwn(errors, error.error)) return undefined;
    return { kind: 'declared', error: error.error, bytes: codec.serialize(error.error, error.fields), message };
  }
  return error.origin === 'local' && ANSWERS.has(code) ? { kind: 'error', code, status, message } : undefined;
}

function given<T>(answer: KeptAnswer, { codec, response, errors }: AnswerForm): T {
  switch (answer.kind) {
    case 'response':
      return (response === undefined ? undefined : codec.deserialize(response, Buffer.from(answer.bytes))) as T;
    case 'declared': {
      const declared = errors[answer.error];
      // Another version of the service answered, which declared more.
      if (declared === undefined) throw new ServiceError('internal', `the kept answer is ${answer.error}`);
      const Declared = declaredError(answer.error, declared.status, declared.grpc);
      throw new Declared(codec.deserialize(answer.error, Buffer.from(answer.bytes)), answer.message);
    }
    case 'error':
      throw new ServiceError(answer.code as CodeName, answer.message, { status: answer.status });
  }
}
