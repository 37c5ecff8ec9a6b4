import type { At, Reserved } from '../../model/model.ts';

// https://protobuf.dev/programming-guides/proto3/#assigning
export const limits = { from: 1, to: 536_870_911 };
export const kept = { from: 19_000, to: 19_999 };
// Enum values are int32.
export const valueLimits = { from: -(2 ** 31), to: 2 ** 31 - 1 };

export const isKept = (number: number): boolean => number >= kept.from && number <= kept.to;

/** Nearly all numbers are there, each above the one before it, and nothing is reserved: nothing can be wrong with them. */
export function areGrowing(
  all: readonly { readonly number?: At<number> }[],
  reserved: Reserved,
  { from, to }: { readonly from: number; readonly to: number },
  isKeptBack?: (number: number) => boolean,
): boolean {
  if (reserved.numbers.length > 0 || reserved.names.length > 0) return false;
  let last = from - 1;
  for (const { number } of all) {
    const value = number?.value ?? last;
    if (value <= last || value > to || isKeptBack?.(value)) return false;
    last = value;
  }
  return true;
}
