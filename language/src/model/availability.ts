import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import type { Model, Service } from './model.ts';
import { promiseOf } from './promises.ts';

/** An edge is hard when its caller fails with its callee: it has no `fallback`, and its item no `?`. */
export const isHard = ({ item, policy }: Pick<CallEdge, 'item' | 'policy'>): boolean =>
  !item.optional && policy.fallback === undefined;

/** A service or external that an operation cannot do without. */
export interface HardDependency {
  readonly id: string;
  /** Percent. */
  readonly availability: number;
  /** The call over which it is reached first. */
  readonly edge: CallEdge;
}

/** So many operations without a promise are looked through for each one that has one: the rule stays linear. */
const lookedThrough = 500;

/**
 * The services and externals that an operation needs for every answer and that promise an availability, each once. A
 * callee with a promise stands for all behind it; one without, or of the operation's own service, is looked through to
 * its own hard dependencies. Who promises nothing is not counted, so what they come to together is an upper bound.
 */
export function hardDependencies(model: Model, node: CallNode): readonly HardDependency[] {
  const found = new Map<string, HardDependency>();
  const through = new Set([node]);
  for (const { outgoing } of through) {
    for (const edge of outgoing) {
      const service = edge.to.declaration.service;
      if (!isHard(edge) || found.has(service)) continue;
      const availability =
        service === node.declaration.service ? undefined : promiseOf(model, service).availability?.value;
      if (availability !== undefined) found.set(service, { id: service, availability, edge });
      else if (through.size < lookedThrough) through.add(edge.to);
    }
  }
  return [...found.values()];
}

/** What they can hold together: the product, in percent. 100 for none. */
export const availabilityOf = (dependencies: readonly Pick<HardDependency, 'availability'>[]): number =>
  dependencies.reduce((product, { availability }) => product * (availability / 100), 1) * 100;

/** An operation that promises an availability and cannot keep it without a service. */
export interface HardDependant {
  /** Percent. */
  readonly availability: number;
  /** The call with which its need of the service begins. */
  readonly edge: CallEdge;
}

/**
 * The operations that need a service for every answer and promise an availability, nearest first, of each service the
 * first. As `hardDependencies` looks down: who promises nothing is looked through, to those who need that.
 */
export function hardDependants(model: Model, service: Service): readonly HardDependant[] {
  const { nodes } = callGraph(model);
  const found = new Map<string, HardDependant>();
  const through = new Set(service.operations.flatMap(({ id }) => nodes.get(id) ?? []));
  for (const { incoming } of through) {
    for (const edge of incoming) {
      const { from } = edge;
      const caller = from.declaration.service;
      if (!isHard(edge) || from.kind === 'consumer' || found.has(caller)) continue;
      const availability = caller === service.id ? undefined : promiseOf(model, caller).availability?.value;
      if (availability !== undefined) found.set(caller, { availability, edge });
      else if (through.size < lookedThrough) through.add(from);
    }
  }
  return [...found.values()];
}
