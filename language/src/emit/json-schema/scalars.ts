import type { Bounds, Constraints, ScalarName } from '@weir/runtime';
import { scalarNames } from '../../model/model.ts';
import { fractionPattern, integerPattern } from './integer-pattern.ts';

export const isScalar = (type: string): type is ScalarName => (scalarNames as readonly string[]).includes(type);

interface ScalarSchema {
  readonly schema: Readonly<Record<string, unknown>>;
  /** Sentences about what the schema lets through. */
  readonly said: readonly string[];
}

/** The form of a scalar in JSON: the proto3 JSON mapping, in the form in which the runtime writes it. */
export function scalarSchema(scalar: ScalarName, constraints: Constraints): ScalarSchema {
  const { range, length, matches, oneOf } = constraints;
  switch (scalar) {
    case 'bool':
      return plain({ type: 'boolean' });
    case 'int32':
      return plain({ type: 'integer', format: 'int32', ...bounded(range, -(2 ** 31), 2 ** 31 - 1), ...choice(oneOf) });
    case 'uint32':
      return plain({ type: 'integer', format: 'uint32', ...bounded(range, 0, 2 ** 32 - 1), ...choice(oneOf) });
    case 'int64':
      return wide('int64', '^-?(0|[1-9][0-9]{0,18})$', range, oneOf, [-nines(19), nines(19)]);
    case 'uint64':
      return wide('uint64', '^(0|[1-9][0-9]{0,19})$', range, oneOf, [0n, nines(20)]);
    case 'float':
    case 'double':
      return plain(floating(scalar, range, oneOf));
    case 'string':
      return plain({
        type: 'string',
        ...(length && length[0] > 0 ? { minLength: length[0] } : {}),
        ...(length && length[1] !== null ? { maxLength: length[1] } : {}),
        ...(matches === undefined ? {} : { pattern: matches }),
        ...choice(oneOf),
      });
    case 'uuid':
      return plain({ type: 'string', format: 'uuid', ...(matches === undefined ? {} : { pattern: matches }) });
    case 'timestamp':
      return plain({ type: 'string', format: 'date-time' });
    case 'duration':
      return duration(range);
    case 'decimal':
      return decimal(range, oneOf);
    case 'bytes':
      return bytes(length);
    case 'json':
      return { schema: {}, said: ['Any JSON value.'] };
  }
}

const plain = (schema: ScalarSchema['schema']): ScalarSchema => ({ schema, said: [] });

const choice = (oneOf: Constraints['oneOf']): object => (oneOf === undefined ? {} : { enum: oneOf });

/** Text that stands for a number: schemas compare no text, so that its range is said in words. */
const inWords = (schema: object, range: Bounds | undefined, oneOf: Constraints['oneOf']): ScalarSchema => ({
  schema: { ...schema, ...(oneOf === undefined ? {} : { enum: oneOf.map(String) }) },
  said: rangeText(range),
});

const nines = (digits: number): bigint => 10n ** BigInt(digits) - 1n;

/** A 64-bit integer. Open ends are as far away as its digits go: the last few numbers would make a pattern that nobody reads. */
function wide(
  format: string,
  usual: string,
  range: Bounds | undefined,
  oneOf: Constraints['oneOf'],
  [least, most]: readonly [bigint, bigint],
): ScalarSchema {
  const ends = range?.map((end, i) => (end === null ? [least, most][i] : whole(end)));
  const [min, max] = ends ?? [];
  const pattern = min === undefined || max === undefined || min > max ? usual : integerPattern(min, max);
  return inWords({ type: 'string', format, pattern }, range, oneOf);
}

/** Longer ones than three thousand years are nobody's. */
function duration(range: Bounds | undefined): ScalarSchema {
  const seconds = range?.map(inSeconds) as Bounds | undefined;
  const fits = wholeEnds(
    range?.map((end) => (end === null ? null : Number(end) / 1000)),
    nines(11),
  );
  const pattern = fits ? fractionPattern(...fits, '{1,9}') : '-?(0|[1-9][0-9]{0,10})(\\.[0-9]{1,9})?';
  return {
    schema: { type: 'string', pattern: `^${pattern}s$` },
    said: ['Seconds, such as `1.5s`.', ...rangeText(seconds)],
  };
}

function decimal(range: Bounds | undefined, oneOf: Constraints['oneOf']): ScalarSchema {
  const fits = wholeEnds(range);
  const pattern = fits ? fractionPattern(...fits, '+') : '-?(0|[1-9][0-9]*)(\\.[0-9]+)?';
  return inWords({ type: 'string', format: 'decimal', pattern: `^${pattern}$` }, range, oneOf);
}

/** Ends that a pattern can tell: whole, and not negative. `most` stands for an open one. */
function wholeEnds(
  range: readonly (number | string | null)[] | undefined,
  most?: bigint,
): [bigint, bigint] | undefined {
  const min = whole(range?.[0] ?? '');
  const max = range?.[1] === null ? most : whole(range?.[1] ?? '');
  return min === undefined || max === undefined || min < 0n || min > max ? undefined : [min, max];
}

const whole = (end: number | string): bigint | undefined => (/^-?\d+$/.test(String(end)) ? BigInt(end) : undefined);

function bounded(range: Bounds | undefined, least: number, most: number): object {
  return { minimum: Number(range?.[0] ?? least), maximum: Number(range?.[1] ?? most) };
}

/** Without bounds on both sides it may be none of the finite numbers, which JSON has words for only. */
function floating(
  format: 'float' | 'double',
  range: Bounds | undefined,
  oneOf: Constraints['oneOf'],
): ScalarSchema['schema'] {
  const [min, max] = range ?? [null, null];
  const limits = {
    ...(min === null ? {} : { minimum: Number(min) }),
    ...(max === null ? {} : { maximum: Number(max) }),
  };
  const number = { type: 'number', format, ...limits, ...choice(oneOf) };
  if (oneOf !== undefined || (min !== null && max !== null)) return number;
  const words = [
    ...(range === undefined ? ['NaN'] : []),
    ...(max === null ? ['Infinity'] : []),
    ...(min === null ? ['-Infinity'] : []),
  ];
  return { anyOf: [number, { type: 'string', enum: words }] };
}

const character = '[A-Za-z0-9+/]';

/** Three bytes make four characters; one or two that are left make as many, with padding. */
function bytes(length: Constraints['length']): ScalarSchema {
  const [min, max] = length ?? [0, null];
  const forms = ['', `${character}{2}==`, `${character}{3}=`].flatMap((tail, left) => {
    const least = Math.max(0, Math.ceil((min - left) / 3));
    const most = max === null ? '' : Math.floor((max - left) / 3);
    return most !== '' && most < least ? [] : [`(${character}{4}){${least},${most}}${tail}`];
  });
  return {
    schema: { type: 'string', contentEncoding: 'base64', pattern: `^(${forms.join('|')})$` },
    said: length === undefined ? [] : [`${betweenText(length)} bytes.`],
  };
}

const inSeconds = (ms: number | string | null): string | null => (ms === null ? null : `${Number(ms) / 1000}s`);

const rangeText = (range: Bounds | undefined): string[] =>
  range === undefined || (range[0] === null && range[1] === null) ? [] : [`${betweenText(range)}.`];

function betweenText([min, max]: Bounds): string {
  if (max === null) return `At least ${min}`;
  if (min === null) return `At most ${max}`;
  return min === max ? `Exactly ${min}` : `${min} to ${max}`;
}
