import type { Redis } from '../redis.ts';
import { atLeast, integer } from './arguments.ts';
import type { Keyspace } from './keyspace.ts';

type Commands = Pick<Redis, 'del' | 'exists' | 'expire' | 'pexpire' | 'persist' | 'ttl' | 'pttl'>;

/** Commands that are the same whatever a key holds. */
export function keyCommands(keys: Keyspace): Commands {
  return {
    async del(...names) {
      atLeast(1, names, 'del');
      return names.filter((name) => keys.remove(name)).length;
    },
    async exists(...names) {
      atLeast(1, names, 'exists');
      return names.filter((name) => keys.has(name)).length;
    },
    expire: async (key, seconds) => Number(keys.expire(key, Number(integer(seconds)) * 1000)),
    pexpire: async (key, milliseconds) => Number(keys.expire(key, Number(integer(milliseconds)))),
    persist: async (key) => Number(keys.persist(key)),
    async ttl(key) {
      const left = keys.timeLeft(key);
      return left < 0 ? left : Math.floor((left + 500) / 1000);
    },
    pttl: async (key) => Math.ceil(keys.timeLeft(key)),
  };
}
