import type { Random } from '../policy/random.ts';

/** Milliseconds, drawn anew each time. */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** What latencies of services look like: half are below the median, one in a hundred is above `p99`. */
  | { readonly kind: 'log-normal'; readonly median: number; readonly p99: number };

/** The quantile of the standard normal distribution below which 99 % lie. */
const Z99 = 2.326348;

export function draw(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return distribution.from + (distribution.to - distribution.from) * random();
    case 'exponential':
      return -distribution.mean * Math.log(1 - random());
    case 'log-normal': {
      const { median, p99 } = distribution;
      return median * Math.exp((Math.log(p99 / median) / Z99) * normal(random));
    }
  }
}

/** Box and Muller (1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
