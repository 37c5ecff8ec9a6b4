import type { CallEdge, CallNode } from './call-graph.ts';
import { condensation } from './condensation.ts';
import { type CriticalPath, criticalPath } from './critical-path.ts';
import type { Model } from './model.ts';
import { promiseOf } from './promises.ts';
import { worstOfCall } from './worst-case.ts';

const known = new WeakMap<Model, Map<number, ReadonlyMap<string, CriticalPath>>>();

/**
 * How long an operation waits for its callees by the latencies that those promise: added along the sequence, the longest
 * of those in parallel, `times` one after the other, and none longer than its caller waits (`worstOfCall`). Only promises
 * of this percentile count. A callee without one, or of the same service, is looked through to its own callees, unless
 * it is in a loop with its caller. Percentiles do not add up exactly, as not everybody is slow at the same time: the sum
 * is what can be relied on without knowing more.
 */
export function promisedLatency(model: Model, node: CallNode, percentile: number): CriticalPath {
  let byPercentile = known.get(model);
  if (!byPercentile) {
    byPercentile = new Map();
    known.set(model, byPercentile);
  }
  let latencies = byPercentile.get(percentile);
  if (!latencies) {
    latencies = latenciesOf(model, percentile);
    byPercentile.set(percentile, latencies);
  }
  return latencies.get(node.id) ?? { ms: 0, steps: [] };
}

function latenciesOf(model: Model, percentile: number): ReadonlyMap<string, CriticalPath> {
  const { calleesFirst, inLoop } = condensation(model);
  const latencies = new Map<string, CriticalPath>();
  const latencyOf = (edge: CallEdge): number => {
    const { from, to, item } = edge;
    const { service } = to.declaration;
    const promise = service === from.declaration.service ? undefined : promiseOf(model, service).latency;
    const behind = inLoop(edge) ? undefined : latencies.get(to.id)?.ms;
    const once = promise?.percentile === percentile ? promise.ms : (behind ?? 0);
    return item.times * Math.min(once, worstOfCall(edge).ms);
  };
  for (const node of calleesFirst) latencies.set(node.id, criticalPath(node, latencyOf));
  return latencies;
}
