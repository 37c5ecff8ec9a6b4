/** Redis in this process: its commands, answers and errors, without its server. */

import type { Clock } from '../../policy/clock.ts';
import type { Redis } from '../redis.ts';
import { hashes } from './hashes.ts';
import { keyCommands } from './keys.ts';
import { Keyspace } from './keyspace.ts';
import { lists } from './lists.ts';
import { sets } from './sets.ts';
import { sortedSets } from './sorted-sets.ts';
import { strings } from './strings.ts';

/** An empty store whose keys expire on the given clock. Commands are atomic, as on the server: each runs in one turn. */
export function embeddedRedis(clock: Clock): Redis {
  const keys = new Keyspace(clock);
  return {
    ping: async () => 'PONG',
    ...keyCommands(keys),
    ...strings(keys),
    ...hashes(keys),
    ...lists(keys),
    ...sets(keys),
    ...sortedSets(keys),
  };
}
