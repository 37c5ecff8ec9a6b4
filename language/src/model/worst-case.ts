import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import { type CriticalPath, criticalPath } from './critical-path.ts';
import { type EffectivePolicy, serverPolicy } from './effective-policy.ts';
import type { Model, Retry } from './model.ts';

/** How long a call can take, and what that comes from. Milliseconds; Infinity where nothing bounds it. */
export interface WorstCall {
  readonly ms: number;
  /** The first try included. */
  readonly attempts: number;
  readonly timeout?: number;
  /** All longest waits before further attempts together. */
  readonly backoff: number;
  /** What ends the call though its attempts might go on. */
  readonly cutAt?: number;
}

/** How often one call may be sent: `retry.attempts`, the first try included. */
export const attemptsOf = ({ policy }: Pick<CallEdge, 'policy'>): number => policy.retry?.value.attempts ?? 1;

/**
 * The longest that one call over an edge can take, by the edge's own policy: `attempts × timeout` and the longest
 * backoff before each further attempt, never more than `deadline`. What the callee does is no part of it: the caller
 * stops waiting. A hedge runs beside the attempt that it overtakes, and what a server asks for by `Retry-After` is
 * ended by the deadline alone: neither counts.
 */
export function worstOfCall({ policy }: Pick<CallEdge, 'policy'>): WorstCall {
  let worst = worstCalls.get(policy);
  if (!worst) {
    worst = worstUnder(policy);
    worstCalls.set(policy, worst);
  }
  return worst;
}

/** Many calls share a policy. */
const worstCalls = new WeakMap<EffectivePolicy, WorstCall>();

function worstUnder(policy: EffectivePolicy): WorstCall {
  const { timeout, deadline, retry } = policy;
  const attempts = attemptsOf({ policy });
  const backoff = retry ? longestBackoffs(retry.value) : 0;
  const tries = timeout ? attempts * timeout.value.ms + backoff : Number.POSITIVE_INFINITY;
  const isCut = deadline !== undefined && deadline.value.ms < tries;
  return {
    ms: isCut ? deadline.value.ms : tries,
    attempts,
    ...(timeout ? { timeout: timeout.value.ms } : {}),
    backoff,
    ...(isCut ? { cutAt: deadline.value.ms } : {}),
  };
}

/** The sum of `min, 2 min, 4 min, …`, none above `max`, one for each attempt but the first. */
export function longestBackoffs({ attempts, backoff: { min, max } }: Pick<Retry, 'attempts' | 'backoff'>): number {
  let sum = 0;
  let wait = min;
  let left = attempts - 1;
  for (; left > 0 && wait > 0 && wait < max; left--) {
    sum += wait;
    wait *= 2;
  }
  return left > 0 ? sum + left * Math.min(wait, max) : sum;
}

/** How long an operation or handler can be busy with its calls: Infinity where nothing bounds one of them. */
export interface WorstNode extends CriticalPath {
  /** Its own `deadline`, where that ends it before its steps are done. */
  readonly cutAt?: number;
}

const known = new WeakMap<Model, (WorstNode | undefined)[]>();

/**
 * The longest that an operation or handler can spend downstream: its groups one after the other, of each the longest
 * `times × worst`, and never more than its own `deadline`. It does not recurse: how long it waits for a callee is the
 * business of the edge. Calls of unknown operations count nothing.
 */
export function worstOfNode(model: Model, node: CallNode): WorstNode {
  let worsts = known.get(model);
  if (!worsts) {
    worsts = new Array(callGraph(model).nodes.size);
    known.set(model, worsts);
  }
  let worst = worsts[node.index];
  if (!worst) {
    const path = criticalPath(node, (edge) => edge.item.times * worstOfCall(edge).ms);
    const deadline = deadlineOf(model, node);
    worst = deadline !== undefined && deadline < path.ms ? { ...path, ms: deadline, cutAt: deadline } : path;
    worsts[node.index] = worst;
  }
  return worst;
}

/** What bounds an operation or handler, whoever calls; milliseconds. */
export function deadlineOf(model: Model, node: CallNode): number | undefined {
  switch (node.kind) {
    case 'operation':
      return serverPolicy(model, node.declaration).deadline?.value.ms;
    case 'consumer':
      return node.declaration.parts.deadline?.value?.ms;
  }
}
