interface Decimal {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

function parse(text: string): Decimal | undefined {
  const match = /^(-?)0*([0-9]*?)(?:\.([0-9]*?)0*)?$/.exec(text);
  if (!match || !/[0-9]/.test(text)) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  return { negative: sign === '-' && `${whole}${fraction}` !== '', whole, fraction };
}

/** Negative, zero or positive as `a` is below, equal to or above `b`; exact for any number of digits. No number is not comparable. */
export function compareDecimals(a: string, b: string): number | undefined {
  const [one, other] = [parse(a), parse(b)];
  if (!one || !other) return undefined;
  if (one.negative !== other.negative) return one.negative ? -1 : 1;
  const magnitude =
    one.whole.length - other.whole.length || order(one.whole, other.whole) || order(one.fraction, other.fraction);
  return one.negative ? 0 - magnitude : magnitude; // never -0
}

/** Is the text a number without a fraction? */
export function isWhole(text: string): boolean {
  return parse(text)?.fraction === '';
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
