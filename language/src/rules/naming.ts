import type { Operation } from '../model/model.ts';

/** The last word of a full name: `users` of `shop.users`. */
export const lastOf = (id: string): string => id.slice(id.lastIndexOf('.') + 1);

/** An operation or event handler as people call it: `users.GetUser`. */
export const labelOf = (of: Pick<Operation, 'service' | 'name'>): string => `${lastOf(of.service)}.${of.name}`;

/** Milliseconds as the language writes them, in the largest unit that leaves no fraction: `1500ms`, `2s`, `5min`. */
export function durationText(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const;
  for (const [unit, length] of units) {
    if (ms >= length && ms % length === 0) return `${ms / length}${unit}`;
  }
  return ms >= 1 || ms === 0 ? `${Number(ms.toFixed(3))}ms` : `${Number((ms * 1000).toFixed(3))}us`;
}
