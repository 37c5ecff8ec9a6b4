import type { BalancePolicy } from '../definition.ts';
import type { Endpoint } from './endpoint.ts';
import { hashOf, mixed } from './hash.ts';
import type { Random } from './random.ts';

/** Chooses among endpoints, at least one. `key` is what consistent hashing hashes. */
export type Balance = (endpoints: readonly Endpoint[], now: number, key: string) => Endpoint;

/** The balancer that a policy asks for; p2c unless it says otherwise. */
export function balanceOf(policy: BalancePolicy | undefined, random: Random): Balance {
  switch (policy?.by ?? 'p2c') {
    case 'round-robin':
      return roundRobin();
    case 'least-request':
      return leastRequest(random);
    case 'p2c':
      return powerOfTwoChoices(random);
    case 'consistent-hash':
      return (endpoints, _now, key) => rendezvous(endpoints, key);
  }
}

function roundRobin(): Balance {
  let next = 0;
  return (endpoints) => endpoints[next++ % endpoints.length]!;
}

/** The one with the fewest calls in flight; among equals, any. */
function leastRequest(random: Random): Balance {
  return (endpoints) => {
    let fewest = Number.POSITIVE_INFINITY;
    let equals = 0;
    for (const { inFlight } of endpoints) {
      if (inFlight === fewest) equals++;
      if (inFlight >= fewest) continue;
      fewest = inFlight;
      equals = 1;
    }
    let skip = Math.floor(random() * equals);
    return endpoints.find(({ inFlight }) => inFlight === fewest && skip-- === 0)!;
  };
}

/** What an endpoint costs that is used, but of which no answer is known yet: more than any that answers (Finagle's penalty). */
const UNKNOWN = 1e9;

/** The better of two taken at random, by latency (peak EWMA) times load: Finagle's `p2cPeakEwma`. */
function powerOfTwoChoices(random: Random): Balance {
  return (endpoints, now) => {
    const first = Math.floor(random() * endpoints.length);
    const second = (first + 1 + Math.floor(random() * (endpoints.length - 1))) % endpoints.length;
    const [a, b] = [endpoints[first]!, endpoints[second]!];
    return costOf(b, now) < costOf(a, now) ? b : a;
  };
}

function costOf({ latency, inFlight }: Endpoint, now: number): number {
  // A new endpoint gets its first call at once, and the next ones when it has answered.
  if (!latency.measured && inFlight > 0) return UNKNOWN + inFlight;
  return (latency.read(now) + 1) * (inFlight + 1);
}

/** How much more than the average an endpoint may have in flight before its keys go elsewhere; */
const CROWDED = 1.5;
/** but so many calls at once are never a crowd: with few in flight averages say little, and keys would wander for nothing. */
const NO_CROWD = 8;

/**
 * Highest random weight (Thaler, Ravishankar 1998): when an endpoint goes, only its own keys move. With bounded loads
 * (Mirrokni, Thorup, Zadimoghaddam 2016): the keys of an endpoint that is crowded go to the one that is next for them.
 */
function rendezvous(endpoints: readonly Endpoint[], key: string): Endpoint {
  let inFlight = 1;
  for (const endpoint of endpoints) inFlight += endpoint.inFlight;
  const room = Math.max(NO_CROWD, Math.ceil((CROWDED * inFlight) / endpoints.length));
  const hash = hashOf(key);
  let best: Endpoint | undefined;
  let highest = -1;
  for (const endpoint of endpoints) {
    if (endpoint.inFlight >= room) continue;
    const weight = mixed(hash ^ endpoint.hash);
    if (weight > highest) [best, highest] = [endpoint, weight];
  }
  // They cannot all be above their average.
  return best!;
}
