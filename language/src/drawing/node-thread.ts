import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LaidOut } from '../diagram/index.ts';
import { layoutThread } from './answer-requests.ts';
import { layoutProgram } from './program.ts';
import type { Message, Thread } from './thread.ts';

type Answer = { readonly laidOut: LaidOut } | { readonly error: string };

/** A thread of Node. It does not keep its process from ending. */
export function nodeThread(): Thread {
  const worker = new Worker(layoutProgram(), { workerData: layoutThread, stdout: true, stderr: true });
  worker.unref();
  // Whoever has asked is told; without this the process would end as well.
  worker.on('error', () => {});
  let isOver = false;
  let last: LaidOut | undefined;
  worker.once('exit', () => {
    isOver = true;
  });
  return {
    ask: async (request) => {
      if (isOver) throw new Error('the thread has ended');
      const over = new AbortController();
      const { signal } = over;
      worker.ref();
      try {
        const ended = once(worker, 'exit', { signal }).then(() => Promise.reject(new Error('the thread has ended')));
        const answered = once(worker, 'message', { signal }) as Promise<[Answer]>;
        const isLast = last !== undefined && request.previous === last;
        worker.postMessage((isLast ? { ...request, previous: 'as answered last' } : request) satisfies Message);
        const [answer] = await Promise.race([answered, ended]);
        if ('error' in answer) throw new Error(answer.error);
        last = answer.laidOut;
        return last;
      } finally {
        over.abort();
        worker.unref();
      }
    },
    end: () => {
      worker.terminate();
    },
  };
}
