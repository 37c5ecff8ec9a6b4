import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Fragment } from '../model/fragment.ts';
import { readFragment, type SourceText } from './read-fragment.ts';

/** What a thread is given: all files, and how many of them have been taken. */
export interface Helped {
  readonly sources: readonly SourceText[];
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** So many characters are read in the time that another thread takes to start. */
const worthAThread = 400_000;
/** A parser of its own takes memory, and what a thread has read has to be taken over by this one. */
const mostThreads = 3;
// What a parser leaves behind grows as far as it may: bounded, two threads more take no more memory than one did.
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };
/** After so many files whoever waits for this thread has a turn: a signal, what other threads have read. */
const atOnce = 20;

/** What the files say, one by one, read on several threads where that pays. */
export async function readFragments(
  sources: readonly SourceText[],
  threads: number = threadsFor(sources),
): Promise<Fragment[]> {
  if (threads === 0) return sources.map(readFragment);
  const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const read = new Map<number, Fragment>();
  const others = Array.from({ length: threads }, () => readElsewhere({ sources, taken }, read));
  let sinceTurn = 0;
  for (const index of takeFrom(sources, taken)) {
    read.set(index, readFragment(sources[index] as SourceText));
    if (++sinceTurn % atOnce === 0) await turn();
  }
  await Promise.all(others);
  // A thread that failed leaves its last files to this one.
  return sources.map((source, index) => read.get(index) ?? readFragment(source));
}

/** The indexes of files that no other thread has taken. */
export function* takeFrom({ length }: readonly unknown[], taken: Int32Array<SharedArrayBuffer>): Generator<number> {
  for (let index = Atomics.add(taken, 0, 1); index < length; index = Atomics.add(taken, 0, 1)) yield index;
}

function threadsFor(sources: readonly SourceText[]): number {
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  return Math.min(mostThreads, availableParallelism() - 1, Math.floor(characters / worthAThread));
}

/** Ends when the thread does, whether it has read everything or failed. */
function readElsewhere(workerData: Helped, read: Map<number, Fragment>): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Promise((resolve) => {
    const worker = new Worker(new URL(`./read-worker.${extension}`, import.meta.url), {
      workerData,
      resourceLimits,
    });
    worker.on('message', (json: string) => {
      for (const [index, fragment] of JSON.parse(json) as [number, Fragment][]) read.set(index, fragment);
    });
    worker.on('error', () => resolve());
    worker.on('exit', () => resolve());
  });
}
