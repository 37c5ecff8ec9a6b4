/** What a process holds on to. */

import { getEventListeners } from 'node:events';
import { getHeapSpaceStatistics } from 'node:v8';

export interface Held {
  /** Bytes of objects after a forced collection; compiled code is not among them. */
  readonly heap: number;
  /** Open handles and requests by kind, as Node counts them: sockets, servers, timers. */
  readonly handles: Readonly<Record<string, number>>;
  /** Listeners on the process itself. */
  readonly listeners: number;
}

/** Collections in a row; measured, the sixth at the latest frees the last of it. */
const ROUNDS = 12;

/** Node must run with `--expose-gc`. */
export async function held(): Promise<Held> {
  let heap = Number.POSITIVE_INFINITY;
  // Finalizers and weak maps let go only after several collections, with turns of the loop between.
  for (let round = 0; round < ROUNDS; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc!();
    heap = Math.min(heap, objects());
  }
  const handles: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  const names = process.eventNames();
  const listeners = names.reduce((sum, name) => sum + getEventListeners(process as never, name as string).length, 0);
  return { heap, handles, listeners };
}

/** Where V8 keeps compiled code, which comes with use and says nothing of what is held. */
const CODE = new Set(['code_space', 'code_large_object_space', 'trusted_space', 'trusted_large_object_space']);

function objects(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => !CODE.has(space_name));
  return spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}
