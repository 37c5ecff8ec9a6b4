import { createCodec } from '../codec/codec.ts';
import { kinds } from '../fixtures/kinds.ts';
import type { Clock } from '../policy/clock.ts';
import { createIdempotency } from './idempotency.ts';
import { memoryIdempotencyStore } from './idempotency-memory.ts';
import type { IdempotencyStore } from './idempotency-store.ts';

const form = {
  codec: createCodec(kinds.types),
  response: 'weir.kinds.Note',
  errors: kinds.operations.fail!.errors,
};

/** Operations by name whose requests are texts, and whose answers are any JSON. */
export function keyed(clock: Clock, store: IdempotencyStore = memoryIdempotencyStore(clock), whose = '') {
  const idempotency = createIdempotency('kinds', store, clock);
  return {
    async once<T>(operation: string, key: string, request: string, run: () => Promise<T>): Promise<T> {
      const call = { operation, whose, key, request: { text: request } };
      const answer = await idempotency.once(call, form, async () => ({ text: JSON.stringify(await run()) }));
      return JSON.parse(answer.text);
    },
  };
}
