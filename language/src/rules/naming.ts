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

/** Millicores as the language writes them: `250m`, `2`. */
export const cpuText = (millicores: number): string =>
  millicores % 1000 === 0 ? `${millicores / 1000}` : `${millicores}m`;

/** Bytes as the language writes them, in the largest unit that leaves no fraction: `256Mi`, `1G`. */
export function bytesText(bytes: number): string {
  const units = [
    ['Ti', 2 ** 40],
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['Ki', 2 ** 10],
    ['k', 1e3],
  ] as const;
  const unit = units.find(([, size]) => bytes >= size && bytes % size === 0);
  return unit ? `${bytes / unit[1]}${unit[0]}` : `${bytes}B`;
}
