import { indexOf } from './index-of.ts';
import type {
  CallItem,
  Consumer,
  Model,
  Operation,
  Part,
  PartName,
  Parts,
  PartValues,
  Place,
  Policy,
  PolicyUse,
  Service,
  Uses,
} from './model.ts';
import { partNames } from './model.ts';

/** Where a part of an effective policy comes from. */
export interface Origin {
  readonly layer: 'calls' | 'uses' | 'defaults' | 'operation' | 'service' | 'gateway';
  /** The policy that holds it, when it is not written in braces at the place itself. */
  readonly policy?: string;
  readonly at: Place;
}

export interface EffectivePart<N extends PartName> {
  readonly value: PartValues[N];
  readonly from: Origin;
}

/** A policy with every part resolved: its value, and where it comes from. */
export type EffectivePolicy = { readonly [N in PartName]?: EffectivePart<N> };

type Caller = Pick<Operation | Consumer, 'service'>;
type Call = Pick<CallItem, 'service' | 'with'>;

/**
 * The effective policy of a call: part by part, from the item in `calls`, then from `uses` of the caller's service, then
 * from the `defaults` of the system. A part written `none` ends the search. `cache` and `fallback` may come from any layer;
 * `shed` only guards servers and is left out.
 */
export function effectivePolicy(model: Model, caller: Caller, item: Call): EffectivePolicy {
  const uses = usesOf(model, caller, item);
  if (hasParts(item.with) || hasParts(uses?.with)) return firstOfEach(layersOfCall(model, item, uses), callParts);
  // Most calls name policies and write nothing of their own: those of the same names share one.
  const { ofCalls } = knownOf(model);
  const names = `${item.with?.policy?.id ?? ''} ${uses?.with?.policy?.id ?? ''}`;
  let policy = ofCalls.get(names);
  if (!policy) {
    policy = firstOfEach(layersOfCall(model, item, uses), callParts);
    ofCalls.set(names, policy);
  }
  return policy;
}

const callParts: readonly PartName[] = partNames.filter((name) => name !== 'shed');

const hasParts = (use: PolicyUse | undefined): boolean => use !== undefined && !isEmpty(use.parts);

/** Are no braces written, or nothing in them? */
export function isEmpty(parts: Parts): boolean {
  for (const _ in parts) return false;
  return true;
}

/** What has been worked out of a model's policies. */
interface Known {
  /** By the names of the policies at the item and in `uses`. */
  readonly ofCalls: Map<string, EffectivePolicy>;
  readonly ofOperations: Map<Operation, EffectivePolicy>;
}

const known = new WeakMap<Model, Known>();

function knownOf(model: Model): Known {
  let policies = known.get(model);
  if (!policies) {
    policies = { ofCalls: new Map(), ofOperations: new Map() };
    known.set(model, policies);
  }
  return policies;
}

/** A part that an outer layer gives and a `none` takes away. */
export interface RemovedPart {
  readonly name: PartName;
  /** Where the `none` stands. */
  readonly by: Origin;
  readonly was: EffectivePart<PartName>;
}

/** What `none` takes from the effective policy of a call, in the order of the parts. */
export function removedParts(model: Model, caller: Caller, item: Call): RemovedPart[] {
  const layers = layersOfCall(model, item, usesOf(model, caller, item));
  return partNames.flatMap((name): RemovedPart[] => {
    if (name === 'shed') return [];
    const index = layers.findIndex(({ parts }) => parts[name] !== undefined);
    const layer = layers[index];
    const none = layer?.parts[name];
    const was = none?.none
      ? firstOfEach(layers.slice(index).filter(({ parts }) => !parts[name]?.none))[name]
      : undefined;
    return layer && none && was ? [{ name, by: originOf(layer, none), was }] : [];
  });
}

/** Where the caller's service names what an item calls, the first time. */
function usesOf(model: Model, caller: Caller, item: Call): Uses | undefined {
  if (item.service === undefined) return undefined;
  return indexOf(model)
    .services.get(caller.service)
    ?.uses.find((use) => use.target.id === item.service);
}

function layersOfCall(model: Model, item: Call, uses: Uses | undefined): Layer[] {
  return [
    ...layersOfUse(model, item.with, 'calls'),
    ...layersOfUse(model, uses?.with, 'uses'),
    ...model.systems.slice(0, 1).map((system): Layer => ({ parts: system.defaults, layer: 'defaults' })),
  ];
}

/** Parts that a server can apply before the handler. */
export const serverParts: readonly PartName[] = ['deadline', 'limit', 'bulkhead', 'cache', 'shed'];

// In the order of all parts.
const guardParts: readonly PartName[] = partNames.filter((name) => serverParts.includes(name));

const unguarded: EffectivePolicy = {};

/** What guards an operation on the receiving side: its own parts, what it applies, then its service's. */
export function serverPolicy(model: Model, operation: Operation): EffectivePolicy {
  const service = indexOf(model).services.get(operation.service);
  if (guardsNothing(operation) && (!service || guardsNothing(service))) return unguarded;
  if (operation.apply.length > 0 || service?.apply.length) return appliedPolicy(model, operation);
  const known = ownPolicies.get(operation);
  if (known && known.service === service) return known.policy;
  const policy = firstOfEach(layersOfServer(model, operation), guardParts);
  ownPolicies.set(operation, { service, policy });
  return policy;
}

/** Where no policy is named, nothing but the operation and its service counts: it holds in every model that has these two. */
const ownPolicies = new WeakMap<
  Operation,
  { readonly service: Service | undefined; readonly policy: EffectivePolicy }
>();

function appliedPolicy(model: Model, operation: Operation): EffectivePolicy {
  const { ofOperations } = knownOf(model);
  let policy = ofOperations.get(operation);
  if (!policy) {
    policy = firstOfEach(layersOfServer(model, operation), guardParts);
    ofOperations.set(operation, policy);
  }
  return policy;
}

const guardsNothing = ({ parts, apply }: Pick<Operation, 'parts' | 'apply'>): boolean =>
  apply.length === 0 && isEmpty(parts);

function layersOfServer(model: Model, operation: Operation): Layer[] {
  const service = indexOf(model).services.get(operation.service);
  const layers: Layer[] = [{ parts: operation.parts, layer: 'operation' }];
  for (const { id } of operation.apply) layers.push(...layersOfPolicy(model, id, 'operation'));
  if (!service) return layers;
  layers.push({ parts: service.parts, layer: 'service' });
  for (const { id } of service.apply) layers.push(...layersOfPolicy(model, id, 'service'));
  return layers;
}

/** What a policy comes to, with all that it extends. */
export function wholePolicy(model: Model, id: string): EffectivePolicy {
  return firstOfEach(layersOfPolicy(model, id, 'operation'));
}

/** What a gateway applies to everything that passes. */
export function gatewayPolicy(
  model: Model,
  gateway: { readonly parts: Parts; readonly apply: readonly { readonly id?: string }[] },
): EffectivePolicy {
  return firstOfEach([
    { parts: gateway.parts, layer: 'gateway' },
    ...gateway.apply.flatMap((ref) => layersOfPolicy(model, ref.id, 'gateway')),
  ]);
}

interface Layer {
  readonly parts: Parts;
  readonly layer: Origin['layer'];
  readonly policy?: string;
}

function layersOfUse(model: Model, use: PolicyUse | undefined, layer: Origin['layer']): Layer[] {
  if (!use) return [];
  return [{ parts: use.parts, layer }, ...layersOfPolicy(model, use.policy?.id, layer)];
}

/** A policy and what it extends, most specific first. A policy that extends itself ends where it would repeat. */
function layersOfPolicy(model: Model, id: string | undefined, layer: Origin['layer']): Layer[] {
  const layers: Layer[] = [];
  const seen = new Set<string>();
  let policy: Policy | undefined = id === undefined ? undefined : indexOf(model).policies.get(id);
  while (policy && !seen.has(policy.id)) {
    seen.add(policy.id);
    layers.push({ parts: policy.parts, layer, policy: policy.id });
    policy = policy.extends?.id === undefined ? undefined : indexOf(model).policies.get(policy.extends.id);
  }
  return layers;
}

function firstOfEach(layers: readonly Layer[], names: readonly PartName[] = partNames): EffectivePolicy {
  const effective: Partial<Record<PartName, unknown>> = {};
  for (const name of names) {
    const layer = layers.find((candidate) => candidate.parts[name] !== undefined);
    const part = layer?.parts[name] as Part<PartName> | undefined;
    if (!layer || !part || part.none) continue;
    effective[name] = { value: part.value, from: originOf(layer, part) };
  }
  return effective as EffectivePolicy;
}

function originOf({ layer, policy }: Layer, { at }: { readonly at: Place }): Origin {
  return { layer, ...(policy === undefined ? {} : { policy }), at };
}
