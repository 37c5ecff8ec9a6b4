/** Prints a row of right-aligned columns after a left-aligned first one. */
export function row(first: string, ...columns: string[]): void {
  console.log(`  ${first.padEnd(34)}${columns.map((column) => column.padStart(18)).join('')}`);
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The value below which a part of the numbers are: the nearest rank. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] as number;
}
