import { type Layout, loadLayout, plainLayout } from '../diagram/index.ts';
import type { Thread } from './thread.ts';

/** Lays out where it is asked to, for where there are no threads: nobody can stop it in the middle. */
export function inPlace(): Thread {
  let layout: Promise<Layout> | undefined;
  return {
    ask: async ({ graph, previous, plain }) => {
      if (plain) return plainLayout(graph, { previous });
      layout ??= loadLayout();
      return (await layout)(graph, { previous });
    },
    end: () => {},
  };
}
