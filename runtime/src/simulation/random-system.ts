import type { ClientPolicy } from '../definition.ts';
import { hashOf } from '../policy/hash.ts';
import { seededRandom } from '../policy/random.ts';
import { type Dice, diceOf } from './dice.ts';
import type { Distribution } from './distribution.ts';
import { RandomPolicies } from './random-policy.ts';
import {
  type CallerModel,
  type CallModel,
  type Disturbance,
  type Failure,
  type NetworkModel,
  type OperationModel,
  processName,
  type ServiceModel,
  type System,
} from './system.ts';

const NAMES = ['orders', 'stock', 'prices'];

/** How many calls come from outside, about. */
const CALLS = 60;

/**
 * A system that follows from its seed alone: up to three services that call one another under random policies, with random
 * load, and a few things that go wrong.
 */
export function randomSystem(seed: number): System {
  const dice = diceOf(seededRandom(hashOf(`${seed} system`)));
  const policies = new RandomPolicies(dice);
  const duration = dice.between(500, 20_000);
  const services: Record<string, ServiceModel> = {};
  // Each calls only what is there already, so nothing calls itself.
  for (const name of NAMES.slice(0, dice.whole(1, 3))) {
    const known = callables(services);
    services[name] = randomService(dice, policies, () =>
      known.length === 0 ? [] : [randomCall(dice, policies, known)],
    );
  }
  const known = callables(services);
  const callers: Record<string, CallerModel> = {};
  for (const name of ['web', 'jobs'].slice(0, dice.whole(1, 2))) {
    callers[name] = randomCaller(dice, duration, () => randomCall(dice, policies, known));
  }
  return {
    services,
    callers,
    network: randomNetwork(dice),
    timers: { early: dice.pick([0, 1]), late: dice.pick([0, 1, 1, 5, 20]) },
    disturbances: randomDisturbances(dice, services, callers, duration),
    duration,
  };
}

/** An operation that may be called. */
type Callable = Pick<CallModel, 'service' | 'operation'>;

function callables(services: Readonly<Record<string, ServiceModel>>): Callable[] {
  return Object.entries(services).flatMap(([service, { operations }]) =>
    Object.keys(operations).map((operation) => ({ service, operation })),
  );
}

function randomCall(dice: Dice, policies: RandomPolicies, known: readonly Callable[]): CallModel {
  const callee = dice.pick(known);
  const policy = policies.client();
  if (policy.fallback || dice.chance(0.85)) return { ...callee, policy };
  const other = dice.pick(known);
  const fallback: ClientPolicy['fallback'] = { to: 'operation', ...other };
  return { ...callee, policy: { ...policy, fallback }, instead: { ...other, policy: policies.client() } };
}

function randomService(dice: Dice, policies: RandomPolicies, call: () => CallModel[]): ServiceModel {
  const operations: Record<string, OperationModel> = {};
  for (const name of ['Get', 'Put'].slice(0, dice.whole(1, 2))) {
    const calls = dice.maybe(0.5, () => Array.from({ length: dice.whole(1, 2) }, call).flat());
    const kind = dice.pick(['write', 'idempotent', 'reads']);
    operations[name] = {
      kind,
      ...(kind === 'idempotent' && { remembers: dice.chance(0.5) }),
      ...dice.maybe(0.15, () => ({
        stream: { messages: dice.whole(0, 20), every: randomLatency(dice, 50), stops: 0.03 },
      })),
      work: randomLatency(dice, 80),
      fails: randomFailures(dice),
      policy: policies.server(),
      calls: calls ?? [],
    };
  }
  return {
    replicas: dice.pick([1, 1, 2, 3, 6]),
    workers: dice.pick([1, 2, 4, 100]),
    backlog: dice.pick([2, 10, 1000]),
    heeds: dice.chance(0.5),
    operations,
  };
}

function randomFailures(dice: Dice): Partial<Record<Failure, number>> {
  const share = dice.pick([0, 0, 0.05, 0.3, 0.9]);
  if (share === 0) return {};
  const kinds = dice.some<Failure>(['unavailable', 'internal', 'not-found', 'resource-exhausted', 'half-way'], 0.4);
  return Object.fromEntries(kinds.map((kind) => [kind, share / kinds.length]));
}

function randomLatency(dice: Dice, most: number): Distribution {
  const median = dice.between(0.5, most);
  switch (dice.whole(0, 3)) {
    case 0:
      return { kind: 'constant', ms: median };
    case 1:
      return { kind: 'uniform', from: 0, to: 2 * median };
    case 2:
      return { kind: 'exponential', mean: median };
    default:
      return { kind: 'log-normal', median, p99: median * dice.pick([2, 10, 50]) };
  }
}

function randomCaller(dice: Dice, duration: number, call: () => CallModel): CallerModel {
  const processes = dice.whole(1, 2);
  const rate = ((CALLS / processes) * 1000) / duration;
  const surge = dice.between(0, duration);
  return {
    processes,
    calls: Array.from({ length: dice.whole(1, 3) }, call),
    rates: dice.chance(0.5)
      ? [{ from: 0, rate }]
      : [
          { from: 0, rate: rate / 2 },
          { from: surge, rate: rate * 5 },
          { from: surge + duration / 20, rate: rate / 2 },
        ],
    keys: dice.pick([1, 3, 1000]),
    ...dice.maybe(0.4, () => ({ deadline: randomLatency(dice, 500) })),
    ...dice.maybe(0.5, () => ({ leaves: { share: dice.pick([0.1, 0.5, 1]), after: randomLatency(dice, 300) } })),
  };
}

function randomNetwork(dice: Dice): NetworkModel {
  return {
    latency: randomLatency(dice, 10),
    loss: dice.pick([0, 0, 0, 0.01, 0.1]),
    brokenAfter: dice.between(100, 10_000),
    ...dice.maybe(0.4, () => ({ lingers: randomLatency(dice, 200) })),
    foreignErrors: dice.chance(0.3),
  };
}

function randomDisturbances(
  dice: Dice,
  services: Readonly<Record<string, ServiceModel>>,
  callers: Readonly<Record<string, CallerModel>>,
  duration: number,
): Disturbance[] {
  const replicas = Object.entries(services).flatMap(([name, { replicas }]) =>
    Array.from({ length: replicas }, (_, number) => processName(name, number)),
  );
  const clients = Object.entries(callers).flatMap(([name, { processes }]) =>
    Array.from({ length: processes }, (_, number) => processName(name, number)),
  );
  const anyone = [...replicas, ...clients];
  const one = (): Disturbance => {
    const at = dice.whole(0, duration);
    const lasts = dice.between(1, duration / 2);
    switch (dice.whole(0, 5)) {
      case 0:
        return { at, kind: 'slow', process: dice.pick(replicas), for: lasts, factor: dice.pick([3, 30, 1000]) };
      case 1:
        return { at, kind: 'freeze', process: dice.pick(anyone), for: lasts };
      case 2:
        return { at, kind: 'leap', process: dice.pick(anyone), by: dice.between(1, 100_000) };
      case 3:
        return { at, kind: 'restart', process: dice.pick(replicas), for: lasts, announced: dice.chance(0.5) };
      case 4:
        return { at, kind: 'cut', process: dice.pick(anyone), from: dice.pick(replicas), for: lasts };
      default:
        return { at, kind: 'loss', share: dice.pick([0.1, 0.5, 1]), for: lasts };
    }
  };
  return Array.from({ length: dice.pick([0, 1, 2, 4]) }, one);
}
