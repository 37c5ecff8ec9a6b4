/** From a handler's stream to the wire. */

import { ServiceError } from '../errors.ts';

/**
 * Sends what a stream yields until it ends or the signal aborts, one item at a time. Rejects with the stream's own
 * failure, or with the signal's reason. The stream's iteration is ended in any case; a generator that is busy ends at its
 * next step, and nobody waits for that.
 */
export async function pump(
  items: AsyncIterable<unknown>,
  send: (item: unknown) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  // One listener for the whole stream: a race against one promise would collect a reaction for each item.
  let leave = () => {};
  const onAbort = () => leave();
  signal.addEventListener('abort', onAbort);
  let ended = false;
  const next = () =>
    new Promise<IteratorResult<unknown> | undefined>((resolve, reject) => {
      leave = () => resolve(undefined);
      iterator.next().then(resolve, (error) => {
        ended = true;
        reject(error);
      });
    });
  try {
    while (!signal.aborted) {
      const item = await next();
      if (item === undefined) break;
      if (item.done === true) {
        ended = true;
        return;
      }
      await send(item.value);
    }
    throw reasonOf(signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function reasonOf(signal: AbortSignal): ServiceError {
  if (signal.reason instanceof ServiceError) return signal.reason;
  return new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled' });
}
