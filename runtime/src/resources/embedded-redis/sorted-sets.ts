import type { Redis } from '../redis.ts';
import { atLeast, slice } from './arguments.ts';
import { type Keyspace, ReplyError } from './keyspace.ts';

type Commands = Pick<Redis, 'zadd' | 'zincrby' | 'zscore' | 'zrem' | 'zcard' | 'zrange' | 'zrevrange'>;

/** Sorted when read: simple, and fast enough for what one process holds. */
export function sortedSets(keys: Keyspace): Commands {
  const find = (key: string) => keys.find(key, 'zset')?.scores;
  const findOrAdd = (key: string) => keys.findOrAdd(key, 'zset', () => ({ kind: 'zset', scores: new Map() })).scores;
  return {
    async zadd(key, ...scoresAndMembers) {
      atLeast(2, scoresAndMembers, 'zadd');
      if (scoresAndMembers.length % 2 === 1) throw new ReplyError('ERR syntax error');
      const added = Array.from(
        { length: scoresAndMembers.length / 2 },
        (_, i) => [String(scoresAndMembers[2 * i + 1]), score(scoresAndMembers[2 * i]!)] as const,
      );
      const scores = findOrAdd(key);
      const before = scores.size;
      for (const [member, value] of added) scores.set(member, value);
      return scores.size - before;
    },
    async zincrby(key, by, member) {
      const step = score(by);
      const total = (find(key)?.get(member) ?? 0) + step;
      if (Number.isNaN(total)) throw new ReplyError('ERR resulting score is not a number (NaN)');
      findOrAdd(key).set(member, total);
      return format(total);
    },
    async zscore(key, member) {
      const value = find(key)?.get(member);
      return value === undefined ? null : format(value);
    },
    async zrem(key, ...gone) {
      atLeast(1, gone, 'zrem');
      const scores = find(key);
      const count = gone.filter((member) => scores?.delete(member)).length;
      if (scores?.size === 0) keys.remove(key);
      return count;
    },
    zcard: async (key) => find(key)?.size ?? 0,
    async zrange(key, start, stop) {
      const members = ranked(find(key));
      return members.slice(...slice(start, stop, members.length));
    },
    async zrevrange(key, start, stop) {
      const members = ranked(find(key)).reverse();
      return members.slice(...slice(start, stop, members.length));
    },
  };
}

/** By score, then by the bytes of the member, as Redis compares them. */
function ranked(scores: ReadonlyMap<string, number> | undefined): string[] {
  return [...(scores ?? [])]
    .sort(([a, scoreA], [b, scoreB]) =>
      scoreA === scoreB ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : scoreA < scoreB ? -1 : 1,
    )
    .map(([member]) => member);
}

const INFINITIES: ReadonlyMap<string, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

function score(value: string | number): number {
  const text = String(value).toLowerCase();
  const number = INFINITIES.get(text) ?? (text.trim() === '' ? Number.NaN : Number(text));
  if (Number.isNaN(number)) throw new ReplyError('ERR value is not a valid float');
  return number;
}

function format(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  return value === Number.NEGATIVE_INFINITY ? '-inf' : String(value);
}
