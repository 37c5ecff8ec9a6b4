import { duration } from '../promql.ts';

/** When to alert: the errors of a long and of a short window are both above `factor` times what the objective allows. */
export interface BurnWindows {
  readonly long: string;
  readonly short: string;
  readonly longSeconds: number;
  readonly shortSeconds: number;
  readonly factor: number;
  readonly severity: 'page' | 'ticket';
}

const minute = 60;
const hour = 3600;
const day = 86_400;

/** For an objective over thirty days: "The Site Reliability Workbook", Google 2018, chapter 5, table 5-8. */
const overThirtyDays = [
  { long: hour, short: 5 * minute, factor: 14.4, severity: 'page' },
  { long: 6 * hour, short: 30 * minute, factor: 6, severity: 'page' },
  { long: day, short: 2 * hour, factor: 3, severity: 'ticket' },
  { long: 3 * day, short: 6 * hour, factor: 1, severity: 'ticket' },
] as const;

/** Two scrapes a minute, and a rate needs four. */
const shortest = 2 * minute;

/**
 * The windows of an objective over `seconds`. They are scaled with it and the factors are not: then each alert still comes
 * after the same share of what the objective allows (2 %, 5 %, 10 % and 10 %), and a rate that would never use it up
 * never alerts. Whole minutes. `budget` is the share of bad events that the objective allows: an alert that no rate of
 * errors could reach is left out.
 */
export function burnWindows(seconds: number, budget: number): readonly BurnWindows[] {
  const scale = seconds / (30 * day);
  const scaled = (window: number, least: number) => Math.max(least, Math.round((window * scale) / minute) * minute);
  return overThirtyDays
    .filter(({ factor }) => factor * budget < 1)
    .map(({ long, short, factor, severity }) => {
      const shortSeconds = scaled(short, shortest);
      const longSeconds = scaled(long, 2 * shortSeconds);
      return {
        long: duration(longSeconds),
        short: duration(shortSeconds),
        longSeconds,
        shortSeconds,
        factor,
        severity,
      };
    });
}
