/** Several services in memory, calling each other; what is outside of them is played by the test. */

import type { ServiceDefinition } from '../definition.ts';
import { stopInOrder } from '../system.ts';
import type { All, Contract, ContractOf, Fakes } from './contract.ts';
import type { FakeFunctions } from './host.ts';
import { controls, faultsOf, type TestControls, type TestFaults } from './test-service.ts';
import { type RunningTest, runInWorld, type TestedService } from './tested-service.ts';
import { createWorld, type WorldOptions } from './world.ts';

/** A service of the system with its handlers, as a generated `system.ts` lists them. */
export interface TestPart {
  readonly definition: ServiceDefinition;
  readonly handlers: object;
}

type ContractIn<Part> = Part extends { readonly definition: ServiceDefinition<infer Carried> }
  ? ContractOf<Carried>
  : never;
/** One part of the contracts of all services together. */
type Together<Part, Name extends keyof Contract> = All<ContractIn<Part>[Name]>;

export interface TestSystemOptions<Part> extends WorldOptions {
  /** What the services call outside of the system, played by the test, by the names that handlers know. */
  readonly fakes?: Fakes<Together<Part, 'clients'>>;
  /** Resources of the test's own; embedded ones, shared by the services of this test, where none is given. */
  readonly resources?: Partial<Together<Part, 'resources'>>;
  /** Settings by the name of the service. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface SystemTest extends TestControls {
  /** A service of the system. Throws a `TypeError` when it does not run here. */
  service<Carried>(definition: ServiceDefinition<Carried>): TestedService<ContractOf<Carried>>;
  /** By the names of services, as in the `.svc` or as handlers know them, of resources and of consumers. */
  readonly faults: TestFaults<string, string>;
}

/**
 * Runs services in this process: calls between them go through the policies of the caller and the admission of the callee,
 * events through a broker that the test can hold back. Rejects, with everything stopped again, when one cannot start.
 *
 *     const system = await testSystem({ services }, { fakes: { acquirer: { createCharge: async () => approved } } });
 *     const order = await system.service(orders).call('PlaceOrder', { items }, { principal });
 *     await system.events.settled();
 */
export async function testSystem<Part extends TestPart>(
  { services }: { readonly services: readonly Part[] },
  options: TestSystemOptions<Part> = {},
): Promise<SystemTest> {
  const world = createWorld(options, (options.fakes ?? {}) as Readonly<Record<string, FakeFunctions>>);
  const started = new Map<string, RunningTest>();
  const drain = () => stopInOrder([...started.values()].map(({ running }) => running));
  const held = controls(world, drain);
  const starts = services.map(async ({ definition, handlers }) => {
    const config = options.config?.[definition.name] ?? {};
    const resources = (options.resources ?? {}) as Readonly<Record<string, unknown>>;
    started.set(definition.name, await runInWorld(world, definition, handlers, { resources, config }));
  });
  const failed = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await held.stop();
    throw failed.reason;
  }
  return {
    ...held,
    faults: faultsOf(world),
    service<Carried>({ name }: ServiceDefinition<Carried>) {
      const running = started.get(name);
      if (running === undefined)
        throw new TypeError(`${name} does not run in this test; it has ${[...started.keys()].join(', ')}`);
      return running.tested as unknown as TestedService<ContractOf<Carried>>;
    },
  };
}
