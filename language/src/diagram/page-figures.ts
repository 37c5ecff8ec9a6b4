import { availabilityOf, hardDependencies, isHard } from '../model/availability.ts';
import { type CallEdge, type CallNode, callGraph } from '../model/call-graph.ts';
import { demandOn, ownLimitOf, rateOver, totalOf } from '../model/demand.ts';
import { deploymentOf, together } from '../model/deployments.ts';
import { indexOf } from '../model/index-of.ts';
import type { Model } from '../model/model.ts';
import { promisedLatency } from '../model/promised-latency.ts';
import { promiseOf } from '../model/promises.ts';
import { worstOfNode } from '../model/worst-case.ts';
import type { Availability, Demand, Figures, Latency } from './page/data.ts';
import { forEach, type Steps } from './steps.ts';

/** JSON knows no Infinity. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What overlays say of each service and external, by full name. */
export function* figuresOf(model: Model): Steps<ReadonlyMap<string, Figures>> {
  const byService = Map.groupBy(callGraph(model).nodes.values(), ({ declaration }) => declaration.service);
  const ids = new Set([
    ...byService.keys(),
    ...model.services.map(({ id }) => id),
    ...model.externals.map(({ id }) => id),
  ]);
  return new Map(yield* forEach(ids, (id) => [id, figures(model, id, byService.get(id) ?? [])] as const));
}

function figures(model: Model, id: string, nodes: readonly CallNode[]): Figures {
  const calling = nodes.filter(({ outgoing }) => outgoing.length > 0);
  const latency = latencyOf(model, id, nodes);
  const availability = availabilityOfService(model, id, nodes);
  const demand = demandOfService(model, id, nodes);
  return {
    ...(calling.length === 0 ? {} : { worst: finite(Math.max(...calling.map((node) => worstOfNode(model, node).ms))) }),
    ...(latency ? { latency } : {}),
    ...(availability ? { availability } : {}),
    ...(demand ? { demand } : {}),
  };
}

function latencyOf(model: Model, id: string, nodes: readonly CallNode[]): Latency | undefined {
  const { latency } = promiseOf(model, id);
  if (!latency) return undefined;
  const { ms, percentile } = latency;
  const operations = nodes.filter(({ kind }) => kind === 'operation');
  const needed = Math.max(0, ...operations.map((node) => promisedLatency(model, node, percentile).ms));
  return { promised: ms, percentile, needed };
}

function availabilityOfService(model: Model, id: string, nodes: readonly CallNode[]): Availability | undefined {
  const promised = promiseOf(model, id).availability?.value;
  const operations = nodes.filter(({ kind }) => kind === 'operation').map((node) => hardDependencies(model, node));
  const needed = operations.filter((found) => found.length > 0);
  if (promised === undefined && needed.length === 0) return undefined;
  return {
    ...(promised === undefined ? {} : { promised }),
    ...(needed.length === 0 ? {} : { possible: Math.min(...needed.map(availabilityOf)) }),
  };
}

/** Of its operations the one that is nearest to its limit, or all of them against what the service can take. */
function demandOfService(model: Model, id: string, nodes: readonly CallNode[]): Demand | undefined {
  const operations = nodes.flatMap((node) =>
    node.kind === 'operation' ? [{ ...demandOn(model, node), limit: ownLimitOf(model, node.declaration) }] : [],
  );
  const rate = operations.reduce((sum, one) => sum + one.rate, 0);
  const atLeast = operations.some(({ isComplete }) => !isComplete);
  const service = indexOf(model).services.get(id);
  const capacity = service && deploymentOf(model, service).capacity;
  const all = [
    ...operations.flatMap((one): Demand[] =>
      one.limit ? [{ rate: one.rate, atLeast: !one.isComplete, limit: together(one.limit) }] : [],
    ),
    ...(capacity ? [{ rate, atLeast, limit: together(capacity) }] : []),
  ];
  if (all.length > 0) return all.reduce((most, one) => (one.rate / one.limit! > most.rate / most.limit! ? one : most));
  return rate > 0 ? { rate, atLeast } : undefined;
}

/** What overlays say of an arrow that stands for these calls, beside their worst case. */
export function figuresOfCalls(model: Model, calls: readonly CallEdge[]): Figures {
  if (calls.length === 0) return {};
  const promises = (end: 'from' | 'to'): number[] =>
    calls.flatMap((call) => promiseOf(model, call[end].declaration.service).availability?.value ?? []);
  const [promised, possible] = [promises('from'), promises('to')];
  const demands = calls.map((call): Demand => {
    const { rate, isComplete } = rateOver(model, call);
    const own = call.policy.limit && totalOf(model, call.policy.limit.value, call.from.declaration.service);
    return { rate, atLeast: !isComplete, ...(own ? { limit: together(own) } : {}) };
  });
  const rate = demands.reduce((sum, one) => sum + one.rate, 0);
  const limits = demands.flatMap(({ limit }) => limit ?? []);
  const limit = limits.length === demands.length ? limits.reduce((sum, one) => sum + one, 0) : undefined;
  return {
    availability: {
      hard: calls.some(isHard),
      ...(promised.length === 0 ? {} : { promised: Math.max(...promised) }),
      ...(possible.length === 0 ? {} : { possible: Math.min(...possible) }),
    },
    ...(rate === 0
      ? {}
      : { demand: { rate, atLeast: demands.some((one) => one.atLeast), ...(limit === undefined ? {} : { limit }) } }),
  };
}
