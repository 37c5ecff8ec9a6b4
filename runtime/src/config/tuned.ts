/** Numbers of policies out of a file: what it may change, and what comes out. Parts come and go with the `.svc` only. */

import { isDeepStrictEqual } from 'node:util';
import type { ClientPolicy, OperationDefinition, ServerPolicy, ServiceDefinition } from '../definition.ts';
import { checkNumbers } from '../policy/defaults.ts';
import { isObject, POLICIES, type Section } from './file.ts';
import { type NumberKind, readNumber } from './numbers.ts';

export type Calls = OperationDefinition['calls'];

/** A handler as far as policies are concerned; a consumer has no policy of its own. */
export interface Governed {
  readonly name: string;
  readonly calls: Calls;
  readonly policy?: ServerPolicy;
}

/** What holds for one handler. Policies that no number of was changed are the objects of the definition. */
export interface HandlerPolicies {
  readonly calls: Calls;
  readonly policy: ServerPolicy;
}

type Shape = { readonly [Name in string]: NumberKind | Shape };

/** The numbers of each part, named as in the language. */
const NUMBERS: Shape = {
  timeout: 'duration',
  deadline: 'duration',
  retry: { attempts: 'count', backoff: 'range', budget: 'share' },
  breaker: {
    failures: 'share',
    of: 'count',
    within: 'duration',
    open: 'duration',
    probes: 'count',
    slow: { share: 'share', over: 'duration' },
  },
  bulkhead: { concurrent: 'count', queue: 'count' },
  limit: { rate: 'rate', burst: 'count' },
  hedge: { after: 'delay', extra: 'count' },
  cache: { ttl: 'duration', stale: 'duration' },
  shed: { lag: 'duration' },
};

/** Those that a part may leave out, and has then as well. */
const UNSAID: ReadonlySet<string> = new Set(['budget', 'stale']);

const NONE: ServerPolicy = {};

/**
 * The policies of all handlers, with the numbers that a section changes. Handlers go by their names, `PlaceOrder`, and
 * edges by `PlaceOrder -> users.GetUser`. Adds to `faults` each number that is none, or that the `.svc` has no place for;
 * the outcome is of no use then.
 */
export function tunedPolicies(
  definition: Pick<ServiceDefinition, 'name' | 'operations' | 'consumers' | 'clients'>,
  section: Pick<Section, 'source' | 'policies'> | undefined,
  faults: string[],
): ReadonlyMap<Governed, HandlerPolicies> {
  const left = new Map(Object.entries(section?.policies ?? {}));
  const take = <Policy extends ClientPolicy | ServerPolicy>(name: string, declared: Policy): Policy => {
    const changes = left.get(name);
    left.delete(name);
    if (changes === undefined) return declared;
    return changed(declared, changes, `${name} in ${POLICIES} (${section!.source})`, faults);
  };
  const handlers: readonly Governed[] = [
    ...Object.values(definition.operations),
    ...Object.values(definition.consumers),
  ];
  const policies = new Map<Governed, HandlerPolicies>();
  for (const handler of handlers) {
    const policy = handler.policy === undefined ? NONE : take(handler.name, handler.policy);
    policies.set(handler, { policy, calls: tunedCalls(definition, handler, take) });
  }
  const known = namesIn(definition, handlers);
  for (const name of left.keys()) {
    faults.push(`${name} in ${POLICIES} (${section!.source}): ${definition.name} has ${known}`);
  }
  return policies;
}

function tunedCalls(
  definition: Pick<ServiceDefinition, 'clients'>,
  handler: Governed,
  take: (name: string, declared: ClientPolicy) => ClientPolicy,
): Calls {
  let isSame = true;
  const calls: Record<string, Record<string, ClientPolicy>> = {};
  for (const [service, operations] of Object.entries(handler.calls)) {
    calls[service] = {};
    for (const [operation, declared] of Object.entries(operations)) {
      const policy = take(edgeName(definition, handler.name, service, operation), declared);
      calls[service][operation] = policy;
      isSame &&= policy === declared;
    }
  }
  return isSame ? handler.calls : calls;
}

/** `PlaceOrder -> users.GetUser`, with names as in the `.svc`. */
function edgeName(
  { clients }: Pick<ServiceDefinition, 'clients'>,
  handler: string,
  service: string,
  operation: string,
): string {
  const client = clients[service];
  return `${handler} -> ${client?.name ?? service}.${client?.operations[operation]?.name ?? operation}`;
}

function namesIn(definition: Pick<ServiceDefinition, 'clients'>, handlers: readonly Governed[]): string {
  const names = handlers.flatMap(({ name, calls, policy }) => [
    ...(policy === undefined ? [] : [name]),
    ...Object.entries(calls).flatMap(([service, operations]) =>
      Object.keys(operations).map((operation) => edgeName(definition, name, service, operation)),
    ),
  ]);
  return names.length === 0 ? 'no policies' : `policies of ${names.join(', ')} only`;
}

function changed<Policy extends ClientPolicy | ServerPolicy>(
  declared: Policy,
  changes: unknown,
  where: string,
  faults: string[],
): Policy {
  const before = faults.length;
  const policy = merged(declared as Parts, changes, NUMBERS, where, faults) as Policy;
  if (faults.length > before || policy === declared) return declared;
  try {
    checkNumbers(policy);
  } catch (error) {
    faults.push(`${where}: ${(error as RangeError).message}`);
  }
  return policy;
}

type Parts = Readonly<Record<string, unknown>>;

/** A copy with the changed numbers, or the object itself where nothing changes: what is remembered goes by the object. */
function merged(declared: Parts, changes: unknown, shape: Shape, where: string, faults: string[]): Parts {
  if (!isObject(changes)) {
    faults.push(`${where} must be an object`);
    return declared;
  }
  const result: Record<string, unknown> = { ...declared };
  for (const [name, change] of Object.entries(changes)) {
    const kind = Object.hasOwn(shape, name) ? shape[name]! : undefined;
    if (kind === undefined) {
      faults.push(`${where}: ${name} is no number of a policy; there are ${Object.keys(shape).join(', ')}`);
    } else if (declared[name] === undefined && !UNSAID.has(name)) {
      faults.push(`${where}: the .svc declares no ${name} there, and a file cannot add one`);
    } else if (typeof kind === 'object') {
      result[name] = merged(declared[name] as Parts, change, kind, `${where}, ${name}`, faults);
    } else {
      const read = readNumber(kind, change);
      if (read.ok) result[name] = read.value;
      else faults.push(`${where}: ${name} is ${JSON.stringify(change)}, not ${read.expected}`);
    }
  }
  const isSame = Object.keys(changes).every((name) => isDeepStrictEqual(result[name], declared[name]));
  return isSame ? declared : result;
}
