import type { Redis } from '../redis.ts';
import { atLeast, slice } from './arguments.ts';
import type { Keyspace } from './keyspace.ts';

type Commands = Pick<Redis, 'lpush' | 'rpush' | 'lpop' | 'rpop' | 'lrange' | 'ltrim' | 'llen'>;

export function lists(keys: Keyspace): Commands {
  const find = (key: string) => keys.find(key, 'list')?.items;
  const findOrAdd = (key: string) => keys.findOrAdd(key, 'list', () => ({ kind: 'list', items: [] })).items;
  const take = (key: string, from: (items: string[]) => string | undefined): string | null => {
    const items = find(key);
    const taken = items === undefined ? undefined : from(items);
    if (items?.length === 0) keys.remove(key);
    return taken ?? null;
  };
  return {
    async lpush(key, ...values) {
      atLeast(1, values, 'lpush');
      return findOrAdd(key).unshift(...values.map(String).reverse());
    },
    async rpush(key, ...values) {
      atLeast(1, values, 'rpush');
      return findOrAdd(key).push(...values.map(String));
    },
    lpop: async (key) => take(key, (items) => items.shift()),
    rpop: async (key) => take(key, (items) => items.pop()),
    async lrange(key, start, stop) {
      const items = find(key) ?? [];
      return items.slice(...slice(start, stop, items.length));
    },
    async ltrim(key, start, stop) {
      const items = find(key) ?? [];
      const kept = items.slice(...slice(start, stop, items.length));
      items.splice(0, items.length, ...kept);
      if (kept.length === 0) keys.remove(key);
      return 'OK';
    },
    llen: async (key) => find(key)?.length ?? 0,
  };
}
