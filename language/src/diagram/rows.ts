/** The items in rows of at most `most`. */
export function inRows<T>(items: readonly T[], most: number): T[][] {
  const rows: T[][] = [];
  for (let i = 0; i < items.length; i += most) rows.push(items.slice(i, i + most));
  return rows;
}
