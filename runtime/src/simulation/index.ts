/**
 * `@weir/runtime/simulation`: a system in virtual time, under the policies that production runs. See docs/simulation.md.
 *
 * Pure: what a simulation gives follows from the system and the seed; nothing reads a clock of this machine.
 */
export type { Distribution } from './distribution.ts';
export { type Engine, PRODUCTION } from './engine.ts';
export type { Reporter, SimulationEvent } from './events.ts';
export type { EdgeCounts, Figures, ServiceCounts } from './figures.ts';
export { INVARIANTS, type InvariantName, type Violation } from './invariants/violation.ts';
export { randomSystem } from './random-system.ts';
export { createScheduler, type Scheduler } from './scheduler.ts';
export { SeedFailed, type SeedsResult, seedRange, simulateSeeds } from './seeds.ts';
export { type SimulationOptions, type SimulationResult, simulate } from './simulate.ts';
export type {
  CallerModel,
  CallModel,
  Disturbance,
  Failure,
  NetworkModel,
  OperationModel,
  ServiceModel,
  StreamModel,
  System,
  TimerModel,
} from './system.ts';
export { traceLine } from './trace.ts';
