import type { Channel } from './terminal.ts';

/** A line that says what goes on, on a terminal, once it takes longer than a moment. */
export interface Progress {
  /** `sure` tells that what follows is long: it is shown at once, as nothing can be while it computes. */
  readonly say: (what: string, sure?: boolean) => void;
  /** Removes the line: before anything else is written. */
  readonly clear: () => void;
}

const moment = 300;

export function progressOn(channel: Channel, now: () => number = Date.now): Progress {
  const start = now();
  let shown = false;
  return {
    say: (what, sure = false) => {
      if (!channel.live || (!sure && now() - start < moment)) return;
      channel.write(`\r\u001b[2K${channel.colors.dim(what.slice(0, (channel.width ?? 80) - 1))}`);
      shown = true;
    },
    clear: () => {
      if (shown) channel.write('\r\u001b[2K');
      shown = false;
    },
  };
}
