import type { Attempt } from '../policy/call.ts';
import type { Random } from '../policy/random.ts';
import { draw } from './distribution.ts';
import type { Process } from './process.ts';
import type { StreamModel } from './system.ts';

/** A stream as its transport gives it. */
export interface Messages {
  readonly messages: AsyncIterable<unknown>;
  /** Resolves when the transport is through with it. */
  readonly over: Promise<void>;
}

/**
 * The messages that a client gets: the first is the reply of the server, the others follow by themselves. It ends at once
 * when the attempt's signal aborts, or when nobody reads on.
 */
export function messagesOf(
  reply: Promise<unknown>,
  { messages, every }: StreamModel,
  process: Process,
  attempt: Attempt,
  random: Random,
): Messages {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  async function* read() {
    try {
      yield await reply;
      for (let number = 1; number < messages; number++) {
        await passes(process, draw(every, random), attempt.signal);
        yield number;
      }
    } finally {
      end();
    }
  }
  return { messages: read(), over };
}

function passes(process: Process, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const abort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = process.arrives(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort);
  });
}
