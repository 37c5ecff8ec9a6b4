/**
 * A regular expression for the whole numbers from `min` to `max`, both included, as they are written: no zeros in front, no
 * minus before zero. Text has no order in a schema, so that this is how the range of a 64-bit integer is said there.
 */
export function integerPattern(min: bigint, max: bigint): string {
  const negative = min < 0n ? between(max < 0n ? -max : 1n, -min).map((form) => `-${form}`) : [];
  const positive = max >= 0n ? between(min > 0n ? min : 0n, max) : [];
  return `^(${[...negative, ...positive].join('|')})$`;
}

/**
 * The same for numbers with a fraction of so many digits, as an expression writes them: `+` or `{1,9}`. The ends are whole
 * and not negative; what follows the number comes behind this.
 */
export function fractionPattern(min: bigint, max: bigint, digits: string): string {
  const last = `${max}(\\.0${digits})?`;
  return min === max ? last : `((${between(min, max - 1n).join('|')})(\\.[0-9]${digits})?|${last})`;
}

/** Forms of the numbers of a range that is not negative, from the least on. */
function between(min: bigint, max: bigint): string[] {
  const forms: string[] = [];
  let low = min;
  while (low <= max) {
    const digits = String(low).length;
    const nines = 10n ** BigInt(digits) - 1n;
    const isWhole = (low === 0n || low === 10n ** BigInt(digits - 1)) && nines <= max;
    if (isWhole && low > 0n) {
      // All numbers of so many digits, and of more as long as all of those are in it too.
      const most = String(max + 1n).length - 1;
      forms.push(`[1-9]${digit(digits - 1, most - 1)}`);
      low = 10n ** BigInt(most);
    } else {
      const high = nines < max ? nines : max;
      forms.push(...ofOneLength(String(low), String(high)));
      low = high + 1n;
    }
  }
  return forms;
}

/** Forms of the numbers between two of as many digits. */
function ofOneLength(low: string, high: string): string[] {
  if (low === high) return [low];
  const [first = '', last = ''] = [low[0], high[0]];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (first === last) return ofOneLength(lowRest, highRest).map((form) => first + form);
  if (lowRest === '') return [oneOf(first, last)];
  const isFromZero = /^0*$/.test(lowRest);
  const isToNine = /^9*$/.test(highRest);
  const from = isFromZero ? first : next(first, 1);
  const to = isToNine ? last : next(last, -1);
  return [
    ...(isFromZero ? [] : ofOneLength(lowRest, '9'.repeat(lowRest.length)).map((form) => first + form)),
    ...(from <= to ? [oneOf(from, to) + digit(lowRest.length, lowRest.length)] : []),
    ...(isToNine ? [] : ofOneLength('0'.repeat(highRest.length), highRest).map((form) => last + form)),
  ];
}

const next = (figure: string, step: number): string => String(Number(figure) + step);

const oneOf = (from: string, to: string): string => (from === to ? from : `[${from}-${to}]`);

/** So many digits, at least and at most. */
function digit(least: number, most: number): string {
  if (most === 0) return '';
  if (least === 1 && most === 1) return '[0-9]';
  return least === most ? `[0-9]{${least}}` : `[0-9]{${least},${most}}`;
}
