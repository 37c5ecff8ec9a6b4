import { hashOf } from '../policy/hash.ts';
import { seededRandom } from '../policy/random.ts';
import { type Engine, PRODUCTION } from './engine.ts';
import type { Reporter } from './events.ts';
import type { Figures } from './figures.ts';
import { Invariants } from './invariants/invariants.ts';
import type { Violation } from './invariants/violation.ts';
import { createScheduler } from './scheduler.ts';
import type { System } from './system.ts';
import { World } from './world.ts';

export interface SimulationOptions {
  /** What all chance follows from. */
  readonly seed: number;
  /** Whether to watch the invariants; they cost about a quarter again. */
  readonly watch?: boolean;
  /** Told of everything, as it happens. */
  readonly report?: Reporter;
  /** How long an interval of the figures is, in milliseconds; 1000 unless given. */
  readonly interval?: number;
  /** The code that is simulated; what production runs unless given. */
  readonly engine?: Engine;
}

export interface SimulationResult {
  readonly figures: Figures;
  /** What did not hold; none unless it was watched. */
  readonly violations: readonly Violation[];
  /** The instant at which nothing was under way any more, in milliseconds. */
  readonly restedAt: number;
}

/** More events than this after the callers have stopped, and something goes on for ever. */
const MOST_EVENTS = 5_000_000;

/**
 * Simulates a system in virtual time: its policies are those that production runs, everything else is modelled. The same
 * system and seed give the same events in the same order, on every machine.
 *
 * @throws Error if the system does not come to rest after its duration
 */
export async function simulate(system: System, options: SimulationOptions): Promise<SimulationResult> {
  const { seed, watch = false, report, interval = 1000, engine = PRODUCTION } = options;
  const scheduler = createScheduler(seededRandom(hashOf(`${seed} order`)));
  const tell: World['report'] = report && ((event) => report(event, scheduler.now()));
  const invariants = watch
    ? new Invariants(scheduler, (violation) => tell?.({ kind: 'violation', violation }))
    : undefined;
  const world = new World({ system, seed, scheduler, engine, interval, invariants, report: tell });
  world.start();
  await scheduler.advance(system.duration);
  if (!(await scheduler.rest(MOST_EVENTS))) throw new Error(`the system does not rest after ${MOST_EVENTS} events`);
  invariants?.atRest();
  return { figures: world.figures.read(), violations: invariants?.violations ?? [], restedAt: scheduler.now() };
}
