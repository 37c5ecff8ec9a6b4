import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import { condensation } from './condensation.ts';
import { deploymentOf, type RateOfReplicas, together } from './deployments.ts';
import { serverPolicy } from './effective-policy.ts';
import { indexOf } from './index-of.ts';
import type { Limit, Model, Operation } from './model.ts';

/** Calls per second that something may get, without retries: budgets bound those. */
export interface Demand {
  /** Of the callers whose rate is known: with others, the demand is at least this. */
  readonly rate: number;
  /** Is the rate of every caller known? */
  readonly isComplete: boolean;
}

/**
 * What a `limit` lets through in all: `scope replica` counts on each of the service's replicas. None where it has a `key`:
 * that bounds each client, not all of them.
 */
export function totalOf(model: Model, { key, rate, scope }: Limit, service: string): RateOfReplicas | undefined {
  if (key) return undefined;
  const owner = indexOf(model).services.get(service);
  return { each: rate, replicas: owner && scope === 'replica' ? deploymentOf(model, owner).replicas.max : 1 };
}

/** What an operation itself lets through: by its `limit`, if that bounds all callers together. */
export function ownLimitOf(model: Model, operation: Operation): RateOfReplicas | undefined {
  const limit = serverPolicy(model, operation).limit?.value;
  return limit && totalOf(model, limit, operation.service);
}

/** How many calls per second go over an edge. */
export interface EdgeDemand extends Demand {
  /** Is it the edge's own `limit` that bounds the rate, rather than the caller's rate times `* n`? */
  readonly isCut: boolean;
}

/** The demand on each node, by its index. */
const known = new WeakMap<Model, readonly (Demand | undefined)[]>();

/**
 * The demand on an operation: over all that call it, their rate times the item's `* n`. The rate of a caller is its own
 * limit, else the demand on it. It is not known how often the outside asks an operation that has no limit, nor how often
 * events come; a gateway's limit bounds all that it serves together and nothing on its own. Calls within a loop count
 * only where their caller has a limit. Linear in the size of the call graph.
 */
export const demandOn = (model: Model, node: CallNode): Demand => demandsOf(model)[node.index] ?? unknown;

/** How many calls per second go over an edge, never more than its own `limit` lets through. */
export const rateOver = (model: Model, edge: CallEdge): EdgeDemand => rateOfEdge(model, demandsOf(model), edge);

const unknown: Demand = { rate: 0, isComplete: false };

function demandsOf(model: Model): readonly (Demand | undefined)[] {
  let demands = known.get(model);
  if (!demands) {
    demands = build(model);
    known.set(model, demands);
  }
  return demands;
}

function build(model: Model): (Demand | undefined)[] {
  const served = servedByGateways(model);
  const demands = new Array<Demand | undefined>(callGraph(model).nodes.size).fill(undefined);
  for (const { id, index, incoming } of condensation(model).callersFirst) {
    let rate = 0;
    let isComplete = incoming.length > 0 && !served(id);
    for (const edge of incoming) {
      const over = rateOfEdge(model, demands, edge);
      rate += over.rate;
      isComplete &&= over.isComplete;
    }
    demands[index] = { rate, isComplete };
  }
  return demands;
}

function rateOfEdge(model: Model, demands: readonly (Demand | undefined)[], edge: CallEdge): EdgeDemand {
  const { rate: caller, isComplete } = rateOfCaller(model, demands, edge);
  const limit = edge.policy.limit && totalOf(model, edge.policy.limit.value, edge.from.declaration.service);
  const asked = caller * edge.item.times;
  const isCut = limit !== undefined && together(limit) < asked;
  return { rate: isCut ? together(limit) : asked, isCut, isComplete };
}

function rateOfCaller(model: Model, demands: readonly (Demand | undefined)[], edge: CallEdge): Demand {
  const { kind, declaration, index } = edge.from;
  const limit = kind === 'operation' ? ownLimitOf(model, declaration) : undefined;
  if (limit) return { rate: together(limit), isComplete: true };
  return (condensation(model).inLoop(edge) ? undefined : demands[index]) ?? unknown;
}

/** Does a gateway let the outside reach an operation? */
function servedByGateways(model: Model): (operation: string) => boolean {
  const { operations } = indexOf(model);
  const targets = new Set(model.gateways.flatMap(({ serves }) => serves.flatMap(({ target }) => target.id ?? [])));
  return (id) => {
    const operation = operations.get(id);
    if (!operation || operation.routes.length === 0) return false;
    return targets.has(id) || targets.has(operation.service);
  };
}
