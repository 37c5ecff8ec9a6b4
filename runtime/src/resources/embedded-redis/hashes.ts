import type { Redis } from '../redis.ts';
import { atLeast, integer, sum } from './arguments.ts';
import { type Keyspace, ReplyError } from './keyspace.ts';

type Commands = Pick<Redis, 'hget' | 'hset' | 'hmget' | 'hgetall' | 'hdel' | 'hexists' | 'hkeys' | 'hlen' | 'hincrby'>;

export function hashes(keys: Keyspace): Commands {
  const find = (key: string) => keys.find(key, 'hash')?.fields;
  const findOrAdd = (key: string) => keys.findOrAdd(key, 'hash', () => ({ kind: 'hash', fields: new Map() })).fields;
  return {
    hget: async (key, field) => find(key)?.get(field) ?? null,
    async hset(key: string, ...values: (string | number | Record<string, string | number>)[]) {
      const pairs = pairsOf(values);
      const fields = findOrAdd(key);
      const before = fields.size;
      for (const [field, value] of pairs) fields.set(field, value);
      return fields.size - before;
    },
    async hmget(key, ...wanted) {
      atLeast(1, wanted, 'hmget');
      const fields = find(key);
      return wanted.map((field) => fields?.get(field) ?? null);
    },
    hgetall: async (key) => Object.fromEntries(find(key) ?? []),
    async hdel(key, ...gone) {
      atLeast(1, gone, 'hdel');
      const fields = find(key);
      const count = gone.filter((field) => fields?.delete(field)).length;
      if (fields?.size === 0) keys.remove(key);
      return count;
    },
    hexists: async (key, field) => Number(find(key)?.has(field) ?? false),
    hkeys: async (key) => [...(find(key)?.keys() ?? [])],
    hlen: async (key) => find(key)?.size ?? 0,
    async hincrby(key, field, by) {
      const step = integer(by);
      const total = sum(integer(find(key)?.get(field) ?? '0', 'ERR hash value is not an integer'), step);
      findOrAdd(key).set(field, String(total));
      return Number(total);
    },
  };
}

function pairsOf(values: readonly (string | number | Record<string, string | number>)[]): [string, string][] {
  const flat = values.flatMap((value) => (typeof value === 'object' ? Object.entries(value).flat() : [value]));
  if (flat.length === 0 || flat.length % 2 === 1) {
    throw new ReplyError("ERR wrong number of arguments for 'hset' command");
  }
  return Array.from({ length: flat.length / 2 }, (_, i) => [String(flat[2 * i]), String(flat[2 * i + 1])]);
}
