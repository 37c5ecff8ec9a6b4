/** The resources of a test: embedded ones or a test's own, behind the faults of their edge. */

import type { ResourceDefinition } from '../definition.ts';
import { type OpenResource, openResources, type ResourceOptions } from '../resources/open.ts';
import type { Faults } from './faults.ts';
import type { Activity } from './test-clock.ts';

export interface TestResourceOptions {
  /** The service that uses them. */
  readonly from: string;
  /** The test's own, by the names in the definition. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Embedded resources of one test are shared by its services and by nobody else. */
  readonly circle: string;
  readonly faults: Faults;
  readonly activity: Activity;
}

const BROKERS = new Set(['nats', 'kafka', 'rabbitmq']);

/** Opens what the test does not give itself. */
export function testResources(options: TestResourceOptions): typeof openResources {
  const { given, circle } = options;
  return async (definitions, around) => {
    const own = Object.keys(definitions).filter((name) => Object.hasOwn(given, name));
    const rest = Object.entries(definitions).filter(([name]) => !own.includes(name));
    const opened = await openRest(Object.fromEntries(rest), { ...around, circle }, options.activity);
    const all: Record<string, OpenResource> = {};
    for (const [name, { kind }] of Object.entries(definitions)) {
      const resource = opened[name] ?? { client: given[name] as object, ping: async () => {}, close: async () => {} };
      // A broker has faults of its own kind: of publishing, and of consumers.
      all[name] = BROKERS.has(kind) ? resource : hindered(name, resource, name in opened, options);
    }
    return all;
  };
}

async function openRest(
  definitions: Readonly<Record<string, ResourceDefinition>>,
  options: ResourceOptions,
  activity: Activity,
) {
  const end = activity.begin();
  try {
    return await openResources(definitions, options);
  } finally {
    end();
  }
}

function hindered(name: string, resource: OpenResource, embedded: boolean, options: TestResourceOptions): OpenResource {
  return { ...resource, client: client(name, resource.client, embedded, options) };
}

type Method = (...given: unknown[]) => unknown;

/** The client of a resource, each of whose methods is a crossing; what an embedded one does is waited for before time moves. */
function client(name: string, target: object, embedded: boolean, options: TestResourceOptions): object {
  const methods = new Map<PropertyKey, Method>();
  const { faults, from, activity } = options;
  return new Proxy(target, {
    get(_target, key) {
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== 'function' || typeof key === 'symbol') return value;
      const known = methods.get(key);
      if (known !== undefined) return known;
      const method = (...given: unknown[]) =>
        crossing(faults.cross({ from, to: [name], operation: key }), async () => {
          if (!embedded) return Reflect.apply(value, target, given);
          return key === 'transaction'
            ? transaction(value as Method, target, given, activity)
            : during(activity, () => Reflect.apply(value, target, given));
        });
      methods.set(key, method);
      return method;
    },
  });
}

async function crossing(passage: ReturnType<Faults['cross']>, work: () => Promise<unknown>): Promise<unknown> {
  await passage.there();
  const answer = await work();
  await passage.back();
  return answer;
}

async function during<T>(activity: Activity, work: () => T | Promise<T>): Promise<T> {
  const end = activity.begin();
  try {
    return await work();
  } finally {
    end();
  }
}

/** Of a transaction only the statements are waited for: what a handler does between them may take the time of the test. */
function transaction(run: Method, target: object, [work]: unknown[], activity: Activity): unknown {
  let end = activity.begin();
  const between = async (inside: { query: Method }) => {
    end();
    try {
      const query = (...given: unknown[]) => during(activity, () => inside.query(...given));
      return await (work as Method)({ ...inside, query });
    } finally {
      end = activity.begin();
    }
  };
  return Promise.resolve(Reflect.apply(run, target, [between])).finally(() => end());
}
