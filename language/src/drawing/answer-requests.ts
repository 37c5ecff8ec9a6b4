import { parentPort } from 'node:worker_threads';
import type { LaidOut } from '../diagram/index.ts';
import { inPlace } from './in-place.ts';
import type { Message } from './thread.ts';

/** By this in `workerData` a program that can do several things knows that it is to lay out. */
export const layoutThread = 'weir: lay out';

/** Answers each message of a request with its layout, or with why there is none. */
export function answerRequests(): void {
  const here = inPlace();
  let last: LaidOut | undefined;
  parentPort!.on('message', ({ previous, ...request }: Message) => {
    here.ask({ ...request, previous: previous === 'as answered last' ? last : previous }).then(
      (laidOut) => {
        last = laidOut;
        parentPort!.postMessage({ laidOut });
      },
      (error: unknown) => parentPort!.postMessage({ error: String(error) }),
    );
  });
}
