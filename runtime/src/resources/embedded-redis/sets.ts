import type { Redis } from '../redis.ts';
import { atLeast } from './arguments.ts';
import type { Keyspace } from './keyspace.ts';

type Commands = Pick<Redis, 'sadd' | 'srem' | 'sismember' | 'smembers' | 'scard'>;

export function sets(keys: Keyspace): Commands {
  const find = (key: string) => keys.find(key, 'set')?.members;
  return {
    async sadd(key, ...added) {
      atLeast(1, added, 'sadd');
      const { members } = keys.findOrAdd(key, 'set', () => ({ kind: 'set', members: new Set() }));
      const before = members.size;
      for (const member of added) members.add(String(member));
      return members.size - before;
    },
    async srem(key, ...gone) {
      atLeast(1, gone, 'srem');
      const members = find(key);
      const count = gone.filter((member) => members?.delete(String(member))).length;
      if (members?.size === 0) keys.remove(key);
      return count;
    },
    sismember: async (key, member) => Number(find(key)?.has(String(member)) ?? false),
    smembers: async (key) => [...(find(key) ?? [])],
    scard: async (key) => find(key)?.size ?? 0,
  };
}
