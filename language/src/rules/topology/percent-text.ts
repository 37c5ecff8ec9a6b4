/**
 * A percentage with two digits behind the point, and with as many more as it takes to be told from another: `99.85%`.
 *
 * @param below what it is less than, and must not look like
 */
export function percentText(percent: number, below?: number): string {
  for (let digits = 2; digits <= 9; digits++) {
    // Cut off, not rounded: 99.996 % is not 100 %.
    const shown = Math.floor(percent * 10 ** digits + 1e-6) / 10 ** digits;
    const isExact = Math.abs(shown - percent) < 1e-9;
    if (isExact || (below !== undefined && below - shown >= 10 ** -digits)) return `${shown}%`;
  }
  return `${percent}%`;
}
