/** One service in memory, its neighbours played by the test. */

import type { ServiceDefinition } from '../definition.ts';
import type { Hop } from '../observe/observe.ts';
import type { Clock } from '../policy/clock.ts';
import type { Contract, ContractOf, Fakes } from './contract.ts';
import type { Duration } from './duration.ts';
import type { EdgeFaults, Where } from './faults.ts';
import type { FakeFunctions } from './host.ts';
import type { LogLine } from './observed.ts';
import { consumerEdge, runInWorld, type TestedService } from './tested-service.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface TestServiceOptions<C extends Contract> extends WorldOptions {
  /** The neighbours, played by the test. */
  readonly fakes?: Fakes<C['clients']>;
  /** Resources of the test's own; embedded ones, of this test alone, where none is given. */
  readonly resources?: Partial<C['resources']>;
  /** Settings, as handlers see them; what is left out has its default. */
  readonly config?: Partial<C['config']>;
}

/** The names of a part of a contract, and whatever else faults may be on. */
type NamesOf<Part> = keyof Part & string;

/** Faults by the names that handlers know. */
export interface TestFaults<To extends string, Consumer extends string> {
  /** Of calls to a neighbour, of a resource's methods, or of publishing. */
  on(to: To | 'publish', where?: Where): EdgeFaults;
  /** Of deliveries to a consumer, by its name in the `.svc`: latency makes it a slow one. */
  consumer(name: Consumer): EdgeFaults;
  /** Ends all faults. */
  clear(): void;
}

/** An event that was given up. */
export interface GivenUp {
  /** As in the `.svc`: `OrderPlaced`. */
  readonly event: string;
  readonly group: string;
  /** Deliveries that failed. */
  readonly attempts: number;
  /** Message of the last failure. */
  readonly reason: string;
}

/** The broker between services, under a test's control. */
export interface EventControl {
  /** From now on what is published waits; what is being handled goes on. */
  hold(): void;
  /** Delivers what waits, and again at once from now on. */
  release(): void;
  /** Lets time pass until every event is handled or given up. */
  settled(within?: Duration): Promise<void>;
  /** What was given up, oldest first. */
  deadLetters(): Promise<readonly GivenUp[]>;
  /** Puts what was given up back into its queues; gives how many. */
  redeliver(): Promise<number>;
}

/** What a test of any size holds in its hands. */
export interface TestControls {
  readonly clock: Clock;
  /** Lets time pass: a virtual clock is moved, of the process's own it is waited for. */
  advance(duration: Duration): Promise<void>;
  /**
   * Lets time pass until a promise has settled, and gives what it gives; or until a condition holds. Rejects when that
   * takes longer than `within`: an hour of virtual time, ten seconds of real time.
   */
  until<T>(what: PromiseLike<T> | (() => boolean), within?: Duration): Promise<T>;
  readonly events: EventControl;
  /** Attempts of calls and deliveries of events, in the order in which they ended. */
  readonly hops: readonly Hop[];
  readonly logs: readonly LogLine[];
  /** Drains, as SIGTERM does, and closes everything. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ServiceTest<C extends Contract> extends TestedService<C>, TestControls {
  readonly faults: TestFaults<NamesOf<C['clients']> | NamesOf<C['resources']>, NamesOf<C['consumers']>>;
}

/**
 * Runs a service in this process: real policies, admission, authentication, validation, idempotency and codecs, without a
 * socket, in time that the test moves.
 *
 *     const app = await testService(orders, handlers, { fakes: { users: { getUser: async ({ id }) => ada } } });
 *     await app.call('PlaceOrder', { items }, { principal: { subject: ada.id, scopes: ['orders:write'] } });
 *
 * Rejects when a value of the configuration is missing or wrong, or a resource cannot be opened.
 */
export async function testService<Carried>(
  definition: ServiceDefinition<Carried>,
  handlers: Partial<ContractOf<Carried>['handlers']>,
  options: TestServiceOptions<ContractOf<Carried>> = {},
): Promise<ServiceTest<ContractOf<Carried>>> {
  const world = createWorld(options, (options.fakes ?? {}) as Readonly<Record<string, FakeFunctions>>);
  const { running, tested } = await runInWorld(world, definition, handlers, {
    resources: (options.resources ?? {}) as Readonly<Record<string, unknown>>,
    config: (options.config ?? {}) as Readonly<Record<string, unknown>>,
  });
  const test = { ...tested, ...controls(world, () => running.stop()), faults: faultsOf(world) };
  return test as unknown as ServiceTest<ContractOf<Carried>>;
}

export function faultsOf({ faults }: World): TestFaults<string, string> {
  return {
    on: (to, where) => faults.on(to, where),
    consumer: (name) => faults.on(consumerEdge(name)),
    clear: () => faults.clear(),
  };
}

/** @param drain stops the services */
export function controls({ time, events, observed, faults }: World, drain: () => Promise<void>): TestControls {
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      // What a test has broken must not keep it from ending.
      faults.clear();
      events.release();
      // By its own limit, which is the service's `drain`.
      await time.until(drain(), '1h');
      await events.close();
    })();
    return stopping;
  };
  return {
    clock: time.clock,
    advance: (duration) => time.advance(duration),
    until: (what, within) => time.until(what, within),
    events: {
      hold: () => events.hold(),
      release: () => events.release(),
      settled: (within) => time.until(() => events.settled, within),
      redeliver: () => events.redeliver(),
      async deadLetters() {
        const letters = await events.deadLetters();
        return letters.map(({ event, group, attempts, reason }) => ({
          event: event.slice(event.lastIndexOf('.') + 1),
          group,
          attempts,
          reason,
        }));
      },
    },
    hops: observed.hops,
    logs: observed.lines,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
