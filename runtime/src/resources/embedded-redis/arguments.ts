import { ReplyError } from './keyspace.ts';

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

/** A 64-bit integer argument or stored value, as Redis reads it. */
export function integer(value: unknown, problem = 'ERR value is not an integer or out of range'): bigint {
  const text = String(value);
  const number = /^(0|-?[1-9]\d{0,18})$/.test(text) ? BigInt(text) : undefined;
  if (number === undefined || number > MAX || number < MIN) throw new ReplyError(problem);
  return number;
}

/** The sum, where 64 bits hold it. */
export function sum(a: bigint, b: bigint): bigint {
  const total = a + b;
  if (total > MAX || total < MIN) throw new ReplyError('ERR increment or decrement would overflow');
  return total;
}

/** Refuses a command that was given too few arguments. */
export function atLeast(count: number, args: readonly unknown[], command: string): void {
  if (args.length < count) throw new ReplyError(`ERR wrong number of arguments for '${command}' command`);
}

/** Start and end (exclusive) in an array for Redis's inclusive range, whose ends may count from the back. */
export function slice(start: number, stop: number, length: number): [from: number, to: number] {
  const from = Number(integer(start));
  const to = Number(integer(stop));
  return [Math.max(0, from < 0 ? length + from : from), Math.max(0, (to < 0 ? length + to : to) + 1)];
}
