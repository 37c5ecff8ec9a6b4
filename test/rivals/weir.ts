import { memoryBroker } from '@weir/runtime';
import { type Clock, policy, seededRandom, systemClock } from '@weir/runtime/policy';
import type { Guard, Library, Parts } from './library.ts';
import { versionOf } from './versions.ts';
import { chain, pay } from './weir-services.ts';

function guard({ timeout, deadline, retry, breaker, bulkhead, coalesce }: Parts, clock: Clock): Guard {
  const parts = {
    ...(timeout !== undefined && { timeout }),
    ...(deadline !== undefined && { deadline }),
    ...(breaker && { breaker }),
    ...(bulkhead && { bulkhead }),
    ...(retry && {
      retry: {
        attempts: retry.attempts,
        backoff: [retry.backoff, retry.backoff],
        jitter: 'none',
        on: ['connect', 'unavailable', 'timeout'],
      } as const,
    }),
    ...(coalesce && { cache: { ttl: 1 } }),
    clock,
    random: seededRandom(1),
  };
  const [reads, writes] = [policy(parts), policy({ ...parts, idempotent: false })];
  return {
    call: (work, { signal, key, write } = {}) =>
      (write ? writes : reads)((attempt) => work(attempt.signal), {
        ...(signal && { signal }),
        ...(key !== undefined && { key }),
      }),
    close() {},
  };
}

async function deliver(handle: (attempt: number) => Promise<void>): Promise<void> {
  const broker = memoryBroker({ clock: systemClock, random: seededRandom(1) });
  const handled = Promise.withResolvers<void>();
  const subscriber = {
    event: 'Paid',
    group: 'g',
    concurrent: 1,
    attempts: 5,
    backoff: [1, 1],
    deadLetter: true,
  } as const;
  const subscription = await broker.subscribe(subscriber, async ({ attempt }) => {
    await handle(attempt);
    handled.resolve();
  });
  await broker.publish({ event: 'Paid', payload: Buffer.from('1'), headers: {} });
  await handled.promise;
  await subscription.stop();
  await broker.close();
}

export const weir: Library = {
  name: 'Weir',
  version: versionOf('@weir/runtime'),
  has: new Set([
    'timeout',
    'retry',
    'breaker',
    'bulkhead',
    'abort',
    'cancellation',
    'safe retries',
    'retry budget',
    'retry-after',
    'coalescing',
    'deadlines that travel',
    'events',
    'idempotency keys',
  ]),
  probes: 3,
  guard,
  chain,
  deliver,
  pay,
};
