/** Clients that do not read what they asked for. */

import type { ServerResponse } from 'node:http';

/**
 * Lets the connection of an answer be cut when its client has taken nothing of it for so long. What the system's buffers
 * hold counts as taken, so that most answers need no timer. Node sets the timeout anew once the answer is through.
 */
export function cutWhenStalled({ socket }: ServerResponse, milliseconds: number): void {
  if (socket !== null && socket.writableLength > 0) socket.setTimeout(milliseconds);
}

/** The client reads again. */
export function readsAgain({ socket }: ServerResponse): void {
  socket?.setTimeout(0);
}
