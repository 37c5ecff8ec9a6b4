/**
 * A request as a string: the same for equal requests whatever the order of their properties, different for different
 * ones, also where JSON would not tell (`1n` and `1`, a `Date` and its text).
 */
export function requestKey(request: unknown, fields?: readonly string[]): string {
  if (!fields) return canonical(request);
  return fields.map((field) => canonical(fieldOf(request, field))).join(',');
}

/** The value at a path such as `user.id`; undefined where there is none. */
export function fieldOf(request: unknown, path: string): unknown {
  let value = request;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (value === undefined || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof Date) return `@${value.getTime()}`;
  if (value instanceof Uint8Array) return `#${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
