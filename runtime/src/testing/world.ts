/** What the services of one test share: time, chance, the network, the broker, and what is seen of them. */

import type { ClientDefinition, ServiceDefinition } from '../definition.ts';
import { type Random, seededRandom } from '../policy/random.ts';
import { TestEvents } from './events.ts';
import { Faults } from './faults.ts';
import { type FakeFunctions, FakeHost, type Host } from './host.ts';
import { createObserved, type Observed } from './observed.ts';
import { type Activity, createActivity, realTestClock, type TestClock, virtualTestClock } from './test-clock.ts';

export interface WorldOptions {
  /** `virtual` (the default) stands still until the test moves it; `real` is the process's own. */
  readonly clock?: 'virtual' | 'real';
  /** What jitter, balancing and shares of faults go by: the same seed, the same run. 1 unless given. */
  readonly seed?: number;
  /** The environment of the services. Nothing of the process's own reaches them. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface World {
  readonly time: TestClock;
  readonly activity: Activity;
  readonly random: Random;
  readonly env: NodeJS.ProcessEnv;
  readonly faults: Faults;
  readonly events: TestEvents;
  readonly observed: Observed;
  /** The circle that shares embedded resources. */
  readonly circle: string;
  readonly hosts: Map<string, Host>;
  readonly fakes: Readonly<Record<string, FakeFunctions | undefined>>;
}

let worlds = 0;

export function createWorld(options: WorldOptions, fakes: World['fakes']): World {
  const { seed = 1, env = {} } = options;
  const activity = createActivity();
  const time = options.clock === 'real' ? realTestClock() : virtualTestClock(activity);
  const random = seededRandom(seed);
  const faults = new Faults(time.clock, random);
  worlds += 1;
  return {
    time,
    activity,
    random,
    env,
    faults,
    events: new TestEvents({ clock: time.clock, random, faults }),
    observed: createObserved(env),
    circle: `test ${worlds}`,
    hosts: new Map(),
    fakes,
  };
}

/** The key of a neighbour among the clients of a service: how its handlers call it. */
export function keyOf(definition: Pick<ServiceDefinition, 'clients'>, { name }: ClientDefinition): string {
  return Object.entries(definition.clients).find(([, client]) => client.name === name)?.[0] ?? name;
}

/** Who answers for a neighbour of a service: one that runs in this world, else the fake of it. */
export function hostIn(world: World, definition: ServiceDefinition, codec: Host['codec']) {
  const fakes = new Map<ClientDefinition, Host>();
  return (destination: ClientDefinition): Host => {
    const running = world.hosts.get(destination.name);
    if (running !== undefined) return running;
    const key = keyOf(definition, destination);
    const fake = fakes.get(destination) ?? new FakeHost(key, destination, world.fakes[key], codec, world.observed.log);
    fakes.set(destination, fake);
    return fake;
  };
}
