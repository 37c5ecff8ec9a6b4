/**
 * Replays the simulation of one seed, with a trace to read:
 *
 *     node runtime/src/simulation/replay.ts SEED [CALL]
 *
 * With the number of a call, of that call only. Exits 1 if an invariant did not hold.
 */
import { inspect } from 'node:util';
import type { SimulationEvent } from './events.ts';
import { randomSystem } from './random-system.ts';
import { simulate } from './simulate.ts';
import { traceLine } from './trace.ts';

const [seed, only] = process.argv.slice(2).map(Number);
if (seed === undefined || !Number.isInteger(seed)) {
  console.error('Usage: node runtime/src/simulation/replay.ts SEED [CALL]');
  process.exit(2);
}

const isAbout = (event: SimulationEvent): boolean => only === undefined || !('call' in event) || event.call === only;

const system = randomSystem(seed);
console.log(inspect(system, { depth: null, compact: 4, breakLength: 160 }));
const { violations } = await simulate(system, {
  seed,
  watch: true,
  report: (event, instant) => {
    if (isAbout(event)) console.log(traceLine(event, instant));
  },
});
console.log(
  violations.length === 0 ? `Seed ${seed}: all invariants hold.` : `Seed ${seed}: ${violations.length} violations.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
