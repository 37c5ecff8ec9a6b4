import type { Fetch } from './cache.ts';
import type { EdgeCall } from './call.ts';
import { targetOf } from './ends.ts';
import { outcomeOf } from './outcome.ts';
import { requestKey } from './request-key.ts';
import { EdgeRun } from './run.ts';
import type { Edge, PolicyState } from './state.ts';

export type { Attempt, EdgeCall, EdgeEvent, EdgeRequest, EdgeStream } from './call.ts';
export { createPolicyState, type PolicyState } from './state.ts';
export { openStream } from './stream.ts';

/**
 * Makes one call under a policy. Outermost first: fallback, cache, deadline, retry and hedge within the budget, then for
 * each attempt the endpoint and its breaker, limit, bulkhead, timeout, transport.
 *
 * Retries need an idempotent operation, or a request that provably never reached a server. Rejects with the last
 * attempt's error, or with a `ServiceError` whose `origin` says which policy ended the call.
 */
export function callEdge<T>(state: PolicyState, call: EdgeCall<T>): Promise<T> {
  const edge = state.edge(call.policy, call.destination);
  const answer = edge.cache && call.reads ? callCached(state, edge, call) : run(state, edge, call);
  return call.policy.fallback ? answer.catch((error) => fallBack(edge, call, error)) : answer;
}

function run<T>(state: PolicyState, edge: Edge, call: EdgeCall<T>): Promise<T> {
  return new Promise((resolve, reject) => new EdgeRun(state, edge, call, resolve, reject).start());
}

function callCached<T>(state: PolicyState, edge: Edge, call: EdgeCall<T>): Promise<T> {
  const { deadline } = call.policy;
  const inherited = call.deadlineAt ?? Number.POSITIVE_INFINITY;
  const deadlineAt = deadline === undefined ? inherited : Math.min(inherited, state.clock.now() + deadline);
  const waits = { target: targetOf(call), signal: call.signal, deadlineAt };
  const fetch: Fetch<T> = (signal, until) => {
    const shared: EdgeCall<T> = { ...call, attempt: (attempt) => call.attempt(attempt), signal, deadlineAt: until };
    return run(state, edge, shared);
  };
  return edge.cache!.get(cacheKey(call), waits, fetch, call.observe);
}

function cacheKey<T>(call: EdgeCall<T>): string {
  const whose = call.whose === undefined ? '' : JSON.stringify(call.whose);
  return `${call.operation} ${whose} ${requestKey(call.request, call.policy.cache?.key)}`;
}

/** Whether something else may stand in for the answer: not for a proper answer, nor where nobody waits any longer. */
export function mayFallBack(error: unknown): boolean {
  const outcome = outcomeOf(error);
  return outcome !== 'answered' && outcome !== 'cancelled';
}

async function fallBack<T>(edge: Edge, call: EdgeCall<T>, error: unknown): Promise<T> {
  if (!mayFallBack(error)) throw error;
  const fallback = call.policy.fallback!;
  switch (fallback.to) {
    case 'literal':
      call.observe?.({ kind: 'fallback', to: 'literal', error });
      return fallback.value as T;
    case 'stale': {
      const last = edge.cache?.last(cacheKey(call));
      if (!last) throw error;
      call.observe?.({ kind: 'fallback', to: 'stale', error });
      return last.value as T;
    }
    case 'operation': {
      if (!call.fallbackOperation) throw error;
      call.observe?.({ kind: 'fallback', to: 'operation', error });
      // If it fails too, the first error tells more.
      return call.fallbackOperation(error).catch(() => Promise.reject(error));
    }
  }
}
