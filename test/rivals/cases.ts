import type { Feature, Guard, Library, Parts } from './library.ts';
import { inVirtualTime, settle, type Time, watch } from './time.ts';

/** One story about a line. It throws a `Wrong` where the library does not do what the line says. */
export interface Case {
  /** Number of the line. */
  readonly line: number;
  /** A library that lacks one of these is not asked. */
  readonly needs: readonly Feature[];
  run(library: Library): Promise<void>;
}

/** What a library does that it should not: words for the table, so without anything that changes from run to run. */
export class Wrong extends Error {}

export function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Wrong(otherwise);
}

/** A story in virtual time; `guarded` makes guards that are closed when it is over. */
export function virtual(
  line: number,
  needs: readonly Feature[],
  story: (guarded: (parts: Parts) => Promise<Guard>, time: Time, library: Library) => Promise<void>,
): Case {
  return {
    line,
    needs,
    run: (library) =>
      inVirtualTime(async (time) => {
        const guards: Guard[] = [];
        try {
          await story(
            async (parts) => {
              const guard = await time.until(library.guard(parts, time.clock));
              guards.push(guard);
              return guard;
            },
            time,
            library,
          );
        } finally {
          for (const guard of guards) await time.until(guard.close());
        }
      }),
  };
}

/** Makes so many calls of the same work at once, and lets those end that end at once. */
export async function many(guard: Guard, count: number, work: () => Promise<unknown>) {
  const calls = Array.from({ length: count }, () => watch(guard.call(work)));
  await settle();
  return calls;
}

/** Whether a call gets through now. */
export async function passes(guard: Guard): Promise<boolean> {
  let ran = false;
  await many(guard, 1, async () => {
    ran = true;
  });
  return ran;
}
