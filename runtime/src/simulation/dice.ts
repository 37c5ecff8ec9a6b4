import type { Random } from '../policy/random.ts';

/** Draws of the kinds that one needs to make things up. */
export interface Dice {
  chance(share: number): boolean;
  /** From `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** As a rule rather small: of each order of magnitude alike; to a tenth. */
  between(least: number, most: number): number;
  pick<const T>(from: readonly T[]): T;
  /** Each of them with that chance, and one of them at least. */
  some<T>(from: readonly T[], share: number): T[];
  /** What `make` gives, with that chance. */
  maybe<T>(share: number, make: () => T): T | undefined;
}

export function diceOf(random: Random): Dice {
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const pick = <const T>(from: readonly T[]): T => from[whole(0, from.length - 1)]!;
  return {
    chance: (share) => random() < share,
    whole,
    between: (least, most) => Math.round(10 * ((least + 1) * ((most + 1) / (least + 1)) ** random() - 1)) / 10,
    pick,
    some: (from, share) => {
      const drawn = from.filter(() => random() < share);
      return drawn.length > 0 ? drawn : [pick(from)];
    },
    maybe: (share, make) => (random() < share ? make() : undefined),
  };
}
