import type { Engine } from './engine.ts';
import type { Violation } from './invariants/violation.ts';
import { INVARIANTS } from './invariants/violation.ts';
import { randomSystem } from './random-system.ts';
import { simulate } from './simulate.ts';

/** What simulations of many seeds came to. */
export interface SeedsResult {
  readonly seeds: number;
  readonly calls: number;
  readonly attempts: number;
}

/** What did not hold with one seed. */
export class SeedFailed extends Error {
  readonly seed: number;
  readonly violations: readonly Violation[];

  constructor(seed: number, violations: readonly Violation[]) {
    const told = violations.map(({ invariant, instant, process, call, what }) => {
      const which = call === undefined ? '' : ` call ${call}:`;
      return `  ${invariant} (${INVARIANTS[invariant]})\n    at ${instant.toFixed(3)} ms, ${process}:${which} ${what}`;
    });
    super(`seed ${seed}:\n${told.join('\n')}\nReplay it with: node runtime/src/simulation/replay.ts ${seed}`);
    this.name = 'SeedFailed';
    this.seed = seed;
    this.violations = violations;
  }
}

/**
 * Simulates the random system of each seed, and watches the invariants.
 *
 * @throws SeedFailed for the first seed with which they do not all hold; it says how to replay it
 */
export async function simulateSeeds(seeds: Iterable<number>, engine?: Engine): Promise<SeedsResult> {
  const result = { seeds: 0, calls: 0, attempts: 0 };
  for (const seed of seeds) {
    const { violations, figures } = await simulate(randomSystem(seed), {
      seed,
      watch: true,
      ...(engine && { engine }),
    });
    if (violations.length > 0) throw new SeedFailed(seed, violations);
    result.seeds++;
    for (const intervals of Object.values(figures.edges)) {
      for (const { calls, attempts } of intervals) {
        result.calls += calls;
        result.attempts += attempts;
      }
    }
  }
  return result;
}

/** The seeds from `from` up to but not including `to`. */
export function* seedRange(from: number, to: number): Generator<number> {
  for (let seed = from; seed < to; seed++) yield seed;
}
