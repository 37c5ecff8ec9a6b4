const durations = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** A duration as one writes it: the largest unit that gives at most one digit behind the point. `1500` is `1.5s`. */
export function shortDuration(ms: number): string {
  for (const [unit, size] of durations) {
    const tenths = (ms / size) * 10;
    if (tenths >= 10 && Number.isInteger(tenths)) return `${tenths / 10}${unit}`;
  }
  return `${ms}ms`;
}

/** One value, or the least and the greatest: `800ms`, `300–800ms`, `300ms–2s`. Empty for no values. */
export function durationRange(values: readonly number[]): string {
  const [low, high] = [shortDuration(Math.min(...values)), shortDuration(Math.max(...values))];
  if (values.length === 0) return '';
  if (low === high) return low;
  const unit = /[a-z]+$/.exec(low)?.[0] ?? '';
  return high.endsWith(low.slice(-unit.length)) && /[a-z]+$/.exec(high)?.[0] === unit
    ? `${low.slice(0, -unit.length)}–${high}`
    : `${low}–${high}`;
}

const sizes = [
  ['Ti', 2 ** 40],
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
  ['Ki', 2 ** 10],
] as const;

/** A size as Kubernetes writes it: `21474836480` is `20Gi`. */
export function shortSize(bytes: number): string {
  const unit = sizes.find(([, size]) => bytes >= size && bytes % size === 0);
  return unit ? `${bytes / unit[1]}${unit[0]}` : `${bytes}B`;
}

/** `1 operation`, `4 operations`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The parts that there are, with points between them. */
export const listed = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter((part) => part).join(' · ');
