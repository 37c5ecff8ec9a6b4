import { parseJson } from '../config/values.ts';

/** Milliseconds, or a duration as the language writes it: `250ms`, `1.5s`, `5min`. */
export type Duration = number | `${number}${'ms' | 's' | 'min' | 'h' | 'd'}`;

/** Milliseconds. Throws a `TypeError` on what is no duration. */
export function milliseconds(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  const parsed = parseJson('duration', duration);
  if (!parsed.ok) throw new TypeError(`"${duration}" is ${parsed.problem}`);
  return parsed.value as number;
}
