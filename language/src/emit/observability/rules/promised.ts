/** A percentage as people write it, and as shares of one. */
export interface Promised {
  /** `0.9995`. */
  readonly objective: string;
  /** What is left to go wrong: `0.0005`. */
  readonly budget: string;
  /** `99.95`. */
  readonly text: string;
}

/** 99.95 per cent, in decimal: in binary, 100 - 99.95 is 0.04999999999999716. */
export function promised(percent: number): Promised {
  const text = String(percent);
  const [whole, fraction = ''] = text.split('.');
  const one = 10n ** BigInt(fraction.length + 2);
  const good = BigInt(`${whole}${fraction}`);
  return { objective: decimal(good, one), budget: decimal(one - good, one), text };
}

function decimal(value: bigint, one: bigint): string {
  const places = String(one).length - 1;
  const digits = String(value).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
}
