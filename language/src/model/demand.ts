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

interface Flow {
  readonly demandOn: ReadonlyMap<string, Demand>;
  readonly rateOver: ReadonlyMap<CallEdge, EdgeDemand>;
}

const known = new WeakMap<Model, Flow>();

/**
 * The demand on an operation: over all that call it, their rate times the item's `* n`. The rate of a caller is its own
 * limit, else the demand on it. It is not known how often the outside asks an operation that has no limit, nor how often
 * events come; a gateway's limit bounds all that it serves together and nothing on its own. Calls within a loop count
 * only where their caller has a limit. Linear in the size of the call graph.
 */
export const demandOn = (model: Model, node: CallNode): Demand => flowOf(model).demandOn.get(node.id) ?? unknown;

/** How many calls per second go over an edge, never more than its own `limit` lets through. */
export const rateOver = (model: Model, edge: CallEdge): EdgeDemand =>
  flowOf(model).rateOver.get(edge) ?? { ...unknown, isCut: false };

const unknown: Demand = { rate: 0, isComplete: false };

function flowOf(model: Model): Flow {
  let flow = known.get(model);
  if (!flow) {
    flow = build(model);
    known.set(model, flow);
  }
  return flow;
}

function build(model: Model): Flow {
  const { incoming } = callGraph(model);
  const { components, inLoop } = condensation(model);
  const served = servedByGateways(model);
  const demands = new Map<string, Demand>();
  const rates = new Map<CallEdge, EdgeDemand>();
  const rateOf = ({ id, kind, declaration }: CallNode, isLoop: boolean): Demand => {
    const limit = kind === 'operation' ? ownLimitOf(model, declaration) : undefined;
    if (limit) return { rate: together(limit), isComplete: true };
    return (isLoop ? undefined : demands.get(id)) ?? unknown;
  };
  const rateOfEdge = (edge: CallEdge): EdgeDemand => {
    const { rate: caller, isComplete } = rateOf(edge.from, inLoop(edge));
    const limit = edge.policy.limit && totalOf(model, edge.policy.limit.value, edge.from.declaration.service);
    const asked = caller * edge.item.times;
    const isCut = limit !== undefined && together(limit) < asked;
    return { rate: isCut ? together(limit) : asked, isCut, isComplete };
  };
  // Callers before callees.
  for (const { id } of components.toReversed().flat()) {
    const calls = (incoming.get(id) ?? []).map((edge) => [edge, rateOfEdge(edge)] as const);
    for (const [edge, rate] of calls) rates.set(edge, rate);
    demands.set(id, {
      rate: calls.reduce((sum, [, { rate }]) => sum + rate, 0),
      isComplete: calls.length > 0 && !served(id) && calls.every(([, { isComplete }]) => isComplete),
    });
  }
  return { demandOn: demands, rateOver: rates };
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
