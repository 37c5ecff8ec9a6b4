import type { Redis } from '../redis.ts';
import { atLeast, integer, sum } from './arguments.ts';
import { type Keyspace, ReplyError } from './keyspace.ts';

type Commands = Pick<Redis, 'get' | 'set' | 'getdel' | 'mget' | 'incr' | 'incrby' | 'decr' | 'decrby'>;

export function strings(keys: Keyspace): Commands {
  const add = (key: string, by: bigint): number => {
    const old = keys.find(key, 'string');
    const total = sum(integer(old?.text ?? '0'), by);
    if (old === undefined) keys.put(key, { kind: 'string', text: String(total) });
    else old.text = String(total);
    return Number(total);
  };
  // Overloads of an async method cannot be written in an object literal, so `set` takes its options as a list.
  const set = async (key: string, value: string | number, ...options: unknown[]): Promise<'OK' | null> => {
    const { expiresIn, onlyNew } = setOptions(options);
    if (onlyNew && keys.has(key)) return null;
    keys.put(key, { kind: 'string', text: String(value) }, expiresIn);
    return 'OK';
  };
  return {
    set: set as Redis['set'],
    get: async (key) => keys.find(key, 'string')?.text ?? null,
    async getdel(key) {
      const text = keys.find(key, 'string')?.text ?? null;
      keys.remove(key);
      return text;
    },
    async mget(...wanted) {
      atLeast(1, wanted, 'mget');
      return wanted.map((key) => textOrNull(keys, key));
    },
    incr: async (key) => add(key, 1n),
    incrby: async (key, by) => add(key, integer(by)),
    decr: async (key) => add(key, -1n),
    decrby: async (key, by) => add(key, -integer(by)),
  };
}

/** `mget` gives null for keys of other kinds too, where `get` is an error. */
function textOrNull(keys: Keyspace, key: string): string | null {
  try {
    return keys.find(key, 'string')?.text ?? null;
  } catch (error) {
    if (error instanceof ReplyError) return null;
    throw error;
  }
}

function setOptions(options: readonly unknown[]): { expiresIn: number | undefined; onlyNew: boolean } {
  let expiresIn: number | undefined;
  let onlyNew = false;
  for (let i = 0; i < options.length; i++) {
    const option = String(options[i]).toUpperCase();
    if (option === 'NX') {
      onlyNew = true;
    } else if ((option === 'EX' || option === 'PX') && i + 1 < options.length && expiresIn === undefined) {
      i += 1;
      const time = Number(integer(options[i]));
      if (time <= 0) throw new ReplyError("ERR invalid expire time in 'set' command");
      expiresIn = option === 'EX' ? time * 1000 : time;
    } else {
      throw new ReplyError('ERR syntax error');
    }
  }
  return { expiresIn, onlyNew };
}
