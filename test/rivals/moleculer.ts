import { type Context, ServiceBroker } from 'moleculer';
import { type Guard, isFailure, type Library, type Parts, type Work } from './library.ts';
import { later } from './time.ts';
import { versionOf } from './versions.ts';

const failures = (error: Error) => isFailure(error, 'QueueIsFullError');

/** One action of a local service, which does the work that it is given. Its queue cannot be less than one. */
async function guard({ timeout, retry, breaker, bulkhead }: Parts): Promise<Guard> {
  const broker = new ServiceBroker({
    logger: false,
    skipProcessEventRegistration: true,
    ...(timeout !== undefined && { requestTimeout: timeout }),
    ...(retry && {
      retryPolicy: {
        enabled: true,
        retries: retry.attempts - 1,
        delay: retry.backoff,
        maxDelay: retry.backoff,
        factor: 1,
        check: failures,
      },
    }),
    ...(breaker && {
      circuitBreaker: {
        enabled: true,
        threshold: 0.5,
        windowTime: breaker.within / 1000,
        minRequestCount: breaker.of,
        halfOpenTime: breaker.open,
        check: failures,
      },
    }),
    ...(bulkhead && { bulkhead: { enabled: true, concurrency: bulkhead.concurrent, maxQueueSize: 1 } }),
  });
  broker.createService({
    name: 'callee',
    actions: { run: ({ params }: Context<{ work: Work<unknown> }>) => params.work(undefined) },
  });
  await broker.start();
  return {
    call: <T>(work: Work<T>) => broker.call<T, { work: Work<T> }>('callee.run', { work }),
    close: () => broker.stop(),
  };
}

async function chain(deadline: number, takes: number, other: () => void): Promise<void> {
  const broker = new ServiceBroker({ logger: false, skipProcessEventRegistration: true });
  const done = Promise.withResolvers<void>();
  broker.createService({
    name: 'front',
    actions: {
      async ask(context: Context) {
        await later(takes, undefined);
        await context.call('back.answer').then(
          () => done.resolve(),
          () => done.resolve(),
        );
      },
    },
  });
  broker.createService({ name: 'back', actions: { answer: other } });
  await broker.start();
  await broker.call('front.ask', {}, { timeout: deadline }).catch(() => {});
  await done.promise;
  await broker.stop();
}

export const moleculer: Library = {
  name: 'Moleculer',
  version: versionOf('moleculer'),
  has: new Set(['timeout', 'retry', 'breaker', 'bulkhead', 'deadlines that travel']),
  probes: 1,
  guard,
  chain,
};
