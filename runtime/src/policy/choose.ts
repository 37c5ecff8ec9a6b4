import type { EdgeRequest } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import { requestKey } from './request-key.ts';
import type { Edge, PolicyState } from './state.ts';

/**
 * The endpoint for the next attempt: the balancer's choice among those whose breaker lets a call pass, preferring those
 * that are not ejected, that have not throttled us lately, and that this call has not tried. Undefined if every breaker
 * refuses.
 */
export function chooseEndpoint(
  state: PolicyState,
  edge: Edge,
  call: EdgeRequest,
  tried: readonly string[],
  now: number,
): Endpoint | undefined {
  const endpoints = endpointsOf(state, edge, call.endpoints, now);
  if (endpoints.length === 1) return isReady(edge, endpoints[0]!, now) ? endpoints[0] : undefined;
  const key = hashedKey(edge, call);
  // A choice that has to be made again would be a turn lost, so turns are given among the eligible only.
  if (edge.policy.balance?.by !== 'round-robin') {
    const first = edge.balance(endpoints, now, key);
    if (isReady(edge, first, now) && demerits(first, tried, now) === 0) return first;
  }
  const ready = endpoints.filter((endpoint) => isReady(edge, endpoint, now));
  if (ready.length === 0) return undefined;
  const fewest = Math.min(...ready.map((endpoint) => demerits(endpoint, tried, now)));
  const best = ready.filter((endpoint) => demerits(endpoint, tried, now) === fewest);
  return best.length === 1 ? best[0] : edge.balance(best, now, key);
}

/** Milliseconds until the first of the breakers lets a call pass. */
export function soonestProbe(state: PolicyState, edge: Edge, call: EdgeRequest, now: number): number {
  const waits = endpointsOf(state, edge, call.endpoints, now).map((endpoint) =>
    endpoint.breaker(edge.policy.breaker!, edge.breakerSettings).retryAfter(now),
  );
  return Math.min(...waits);
}

function endpointsOf(state: PolicyState, edge: Edge, addresses: readonly string[], now: number): readonly Endpoint[] {
  if (edge.addresses !== addresses || edge.endpoints.length !== addresses.length) {
    edge.addresses = addresses;
    edge.endpoints = addresses.map((address) => state.endpoint(edge.destination, address, now));
  }
  return edge.endpoints;
}

function isReady(edge: Edge, endpoint: Endpoint, now: number): boolean {
  const { breaker } = edge.policy;
  return !breaker || endpoint.breaker(breaker, edge.breakerSettings).ready(now);
}

function demerits(endpoint: Endpoint, tried: readonly string[], now: number): number {
  const { standing, restsUntil, address } = endpoint;
  return (standing.isEjected(now) ? 4 : 0) + (restsUntil > now ? 2 : 0) + (tried.includes(address) ? 1 : 0);
}

function hashedKey(edge: Edge, call: EdgeRequest): string {
  const { balance } = edge.policy;
  if (balance?.by !== 'consistent-hash') return '';
  return requestKey(call.request, balance.key === undefined ? undefined : [balance.key]);
}
