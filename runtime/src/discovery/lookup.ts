/** All addresses behind a name, as a headless Service of Kubernetes has one for each of its pods. */

import { lookup } from 'node:dns/promises';
import type { Clock } from '../policy/clock.ts';

/** The IP addresses of a host, IPv4 or IPv6. Rejects where there are none. */
export type LookUp = (host: string) => Promise<readonly string[]>;

/** Milliseconds for which an answer holds: as long as Kubernetes' own DNS says. */
const FRESH = 5000;
/** Milliseconds until a name that never had an address is asked for again. */
const AGAIN = 1000;

/** As the system looks names up, so that the short names of a cluster mean what they mean to others there. */
export const systemLookUp: LookUp = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
};

/**
 * The endpoints of `host:port`, looked up again when they are asked for and an answer is old. Nobody waits for that but
 * the first: what was known holds until the new answer is there, and where none comes. The same endpoints are the same
 * list. A name that never had an address is its own endpoint, so that policies hold for calls of what is not there yet.
 */
export function watchedName(authority: string, clock: Clock, lookUp: LookUp): () => Promise<readonly string[]> {
  const [, host = authority, port = ''] = /^(.*)(:\d+)$/.exec(authority) ?? [];
  const itself: readonly string[] = [authority];
  let known: readonly string[] | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  const ask = async (): Promise<void> => {
    askedAt = clock.now();
    try {
      const found = [...new Set(await lookUp(host))].sort().map((address) => `${address}${port}`);
      if (found.join() !== known?.join()) known = found;
    } catch {
      // Whoever calls what is not there hears so from the connection.
    } finally {
      asking = undefined;
    }
  };
  return async () => {
    const holds = known === undefined ? AGAIN : FRESH;
    if (asking === undefined && clock.now() - askedAt >= holds) asking = ask();
    if (known === undefined) await asking;
    return known ?? itself;
  };
}
