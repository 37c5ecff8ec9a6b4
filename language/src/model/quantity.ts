/** A number with its unit, or what is wrong with it: `mended` is the text that would do, where that is clear. */
export type Quantity =
  | { readonly value: number; readonly wrong?: never }
  | { readonly wrong: string; readonly mended?: string };

export type Dimension = 'duration' | 'rate' | 'percent' | 'bytes' | 'cpu' | 'count';

const milliseconds = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const perSecond = { '/s': 1, '/min': 1 / 60, '/h': 1 / 3600 } as const;
const bytes = {
  B: 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
} as const;

const examples: Record<Dimension, string> = {
  duration: 'a duration such as `250ms`, `2s`, `5min`, `1h` or `30d`',
  rate: 'a rate such as `100/s` or `600/min`',
  percent: 'a percentage such as `50%`',
  bytes: 'a size such as `256Mi` or `20Gi`',
  cpu: 'cpu such as `250m` (a quarter of a core) or `2`',
  count: 'a whole number',
};

/**
 * What a quantity means in a dimension: milliseconds, calls per second, percent, bytes, millicores or a count.
 *
 * @param text as written: `25ms`, `100/s`, `99.9%`, `256Mi`, `250m`, `16`
 */
export function quantity(text: string, dimension: Dimension): Quantity {
  const match = /^(-?[0-9]+(?:\.[0-9]+)?)(.*)$/.exec(text);
  if (!match) return { wrong: `expected ${examples[dimension]}, found \`${text}\`` };
  const number = Number(match[1]);
  const unit = match[2] as string;
  const factor = factorOf(unit, dimension);
  if (factor === undefined) return wrongUnit(text, match[1] as string, unit, dimension);
  if (number < 0) return { wrong: `\`${text}\` is below zero: expected ${examples[dimension]}` };
  if (dimension === 'count' && !Number.isSafeInteger(number)) return { wrong: `\`${text}\` is not ${examples.count}` };
  return { value: number * factor };
}

/** How numbers of a dimension end, the usual ones first. A count has no unit. */
export const unitsOf: Readonly<Record<Dimension, readonly string[]>> = {
  duration: ['ms', 's', 'min', 'h', 'd', 'us'],
  rate: ['/s', '/min', '/h'],
  percent: ['%'],
  bytes: ['Mi', 'Gi', 'Ki', 'Ti', 'M', 'G', 'k', 'T', 'B'],
  cpu: ['m', ''],
  count: [''],
};

function factorOf(unit: string, dimension: Dimension): number | undefined {
  switch (dimension) {
    case 'duration':
      return own(milliseconds, unit);
    case 'rate':
      return own(perSecond, unit);
    case 'percent':
      return unit === '%' ? 1 : undefined;
    case 'bytes':
      return own(bytes, unit);
    case 'cpu':
      return unit === '' ? 1000 : unit === 'm' ? 1 : undefined;
    case 'count':
      return unit === '' ? 1 : undefined;
  }
}

const own = <T>(table: Readonly<Record<string, T>>, unit: string): T | undefined =>
  Object.hasOwn(table, unit) ? table[unit] : undefined;

const spellings: Record<Dimension, Readonly<Record<string, string>>> = {
  duration: { m: 'min', sec: 's', secs: 's', mins: 'min', hr: 'h', day: 'd', days: 'd', msec: 'ms', S: 's', MS: 'ms' },
  rate: { '/sec': '/s', '/m': '/min', '/second': '/s', '/minute': '/min', '/hour': '/h', rps: '/s', qps: '/s' },
  percent: {},
  bytes: {
    MB: 'M',
    GB: 'G',
    KB: 'k',
    kB: 'k',
    MiB: 'Mi',
    GiB: 'Gi',
    KiB: 'Ki',
    TB: 'T',
    TiB: 'Ti',
    gi: 'Gi',
    mi: 'Mi',
    ki: 'Ki',
  },
  cpu: {},
  count: {},
};

function wrongUnit(text: string, number: string, unit: string, dimension: Dimension): Quantity {
  const mend = own(spellings[dimension], unit);
  if (dimension === 'duration' && unit === 'm') {
    return {
      wrong: `\`${text}\` could be minutes or months: minutes are written \`${number}min\``,
      mended: `${number}min`,
    };
  }
  const wrong =
    unit === ''
      ? `\`${text}\` has no unit: expected ${examples[dimension]}`
      : `\`${text}\` is no ${dimension === 'bytes' ? 'size' : dimension}: expected ${examples[dimension]}`;
  return mend === undefined ? { wrong } : { wrong, mended: `${number}${mend}` };
}
