import { parentPort } from 'node:worker_threads';
import { inPlace } from './in-place.ts';
import type { Request } from './thread.ts';

/** By this in `workerData` a program that can do several things knows that it is to lay out. */
export const layoutThread = 'weir: lay out';

/** Answers each message of a request with its layout, or with why there is none. */
export function answerRequests(): void {
  const here = inPlace();
  parentPort!.on('message', (request: Request) => {
    here.ask(request).then(
      (laidOut) => parentPort!.postMessage({ laidOut }),
      (error: unknown) => parentPort!.postMessage({ error: String(error) }),
    );
  });
}
