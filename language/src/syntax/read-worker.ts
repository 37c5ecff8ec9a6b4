import module from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Helped } from './side-by-side.ts';

// As the command has it; it has to be on before what is slow to compile is loaded.
module.enableCompileCache();
const { readFragment } = await import('./read-fragment.ts');
const { takeFrom } = await import('./side-by-side.ts');

/** What one thread more does: takes files from the same list as the others, and gives what they say as JSON, some at a time. */
const { sources, taken } = workerData as Helped;
const enough = 20;

let read: (readonly [index: number, fragment: unknown])[] = [];
for (const index of takeFrom(sources, taken)) {
  read.push([index, readFragment(sources[index] as (typeof sources)[number])]);
  if (read.length < enough) continue;
  parentPort?.postMessage(JSON.stringify(read));
  read = [];
}
parentPort?.postMessage(JSON.stringify(read));
