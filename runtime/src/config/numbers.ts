/** Numbers of policies as a file writes them: as the language does, `300ms`, `100/s`, `20%`, `25ms..250ms`, `p95`. */

export type NumberKind = 'duration' | 'range' | 'rate' | 'share' | 'count' | 'delay';

export type ReadNumber =
  | { readonly ok: true; readonly value: unknown }
  /** What was expected: ends a sentence. */
  | { readonly ok: false; readonly expected: string };

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const PER_SECOND: Readonly<Record<string, number>> = { '/s': 1, '/min': 1 / 60, '/h': 1 / 3600 };

const EXAMPLES: Readonly<Record<NumberKind, string>> = {
  duration: 'a duration above zero, such as "300ms" or "2s"',
  range: 'two durations, such as "25ms..250ms"',
  rate: 'a rate, such as "100/s" or "600/min"',
  share: 'a percentage, such as "20%"',
  count: 'a whole number, such as 3',
  delay: 'a duration or a percentile, such as "50ms" or "p95"',
};

/** A number in the form of the definition: milliseconds, calls per second, fractions. */
export function readNumber(kind: NumberKind, json: unknown): ReadNumber {
  const value = inDefinition(kind, json);
  return value === undefined ? { ok: false, expected: EXAMPLES[kind] } : { ok: true, value };
}

function inDefinition(kind: NumberKind, json: unknown): unknown {
  if (kind === 'count') return typeof json === 'number' && Number.isSafeInteger(json) && json >= 0 ? json : undefined;
  if (typeof json !== 'string') return undefined;
  switch (kind) {
    case 'duration':
      return above(0, measured(json, MILLISECONDS));
    case 'rate':
      return above(0, measured(json, PER_SECOND));
    case 'share': {
      const percent = measured(json, { '%': 1 });
      // As a person would round: 99.9 gives 0.999, where the division alone gives 0.9990000000000001.
      return percent === undefined ? undefined : Number((percent / 100).toPrecision(12));
    }
    case 'range': {
      const [min, max, ...more] = json.split('..').map((end) => measured(end, MILLISECONDS));
      return min === undefined || max === undefined || more.length > 0 ? undefined : [min, max];
    }
    case 'delay': {
      const percentile = measured(json.replace(/^p(.*)$/, '$1p'), { p: 1 });
      return percentile === undefined ? measured(json, MILLISECONDS) : { percentile };
    }
  }
}

function measured(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(\D*)$/.exec(text) ?? [];
  return digits === undefined || !Object.hasOwn(units, unit!) ? undefined : Number(digits) * units[unit!]!;
}

function above(least: number, value: number | undefined): number | undefined {
  return value !== undefined && value > least ? value : undefined;
}
