/** Timestamps and durations as text: the JSON forms of google.protobuf.Timestamp and Duration. */

/** google.protobuf.Duration's range, in milliseconds: about 10,000 years either way. */
export const MAX_DURATION = 315_576_000_000_000;

const MIN_TIME = Date.parse('0001-01-01T00:00:00Z');
const MAX_TIME = Date.parse('9999-12-31T23:59:59.999Z');

const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

const inRange = (time: number) => time >= MIN_TIME && time <= MAX_TIME;

/** RFC 3339 → Date, or undefined. Digits below a millisecond are cut off, since a Date has no room for them. */
export function parseTimestamp(text: string): Date | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, , , , fraction = '', zone] = match;
  // Date.parse takes 30 February for 1 March.
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > days) return undefined;
  const time = Date.parse(`${text.slice(0, 19).toUpperCase()}${fraction.slice(0, 4)}${zone!.toUpperCase()}`);
  return inRange(time) ? new Date(time) : undefined;
}

/** Date → RFC 3339 in UTC; undefined for an invalid Date or one outside the years 0001 to 9999. */
export function formatTimestamp(date: Date): string | undefined {
  return inRange(date.getTime()) ? date.toISOString().replace('.000Z', 'Z') : undefined;
}

/** `"1.5s"` → 1500 milliseconds, or undefined. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, sign, seconds, fraction = ''] = match;
  const nanos = Number(fraction.padEnd(9, '0'));
  const milliseconds = Number(seconds) * 1000 + nanos / 1e6;
  if (milliseconds > MAX_DURATION) return undefined;
  return sign === '-' ? 0 - milliseconds : milliseconds;
}

/** 1500 milliseconds → `"1.5s"`, to the nanosecond. */
export function formatDuration(milliseconds: number): string {
  const positive = Math.abs(milliseconds);
  let seconds = Math.trunc(positive / 1000);
  let nanos = Math.round((positive - seconds * 1000) * 1e6);
  if (nanos === 1e9) {
    seconds += 1;
    nanos = 0;
  }
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
  const sign = milliseconds < 0 && (seconds > 0 || nanos > 0) ? '-' : '';
  return `${sign}${seconds}${fraction}s`;
}
