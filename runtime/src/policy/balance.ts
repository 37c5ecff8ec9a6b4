import { createHash } from 'node:crypto';
import type { BalancePolicy } from '../definition.ts';
import type { Endpoint } from './endpoint.ts';
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
    const fewest = Math.min(...endpoints.map((endpoint) => endpoint.inFlight));
    const idlest = endpoints.filter((endpoint) => endpoint.inFlight === fewest);
    return idlest[Math.floor(random() * idlest.length)]!;
  };
}

/** The better of two taken at random, by latency (peak EWMA) times load: Finagle's `p2cPeakEwma`. */
function powerOfTwoChoices(random: Random): Balance {
  return (endpoints, now) => {
    const first = Math.floor(random() * endpoints.length);
    const second = (first + 1 + Math.floor(random() * (endpoints.length - 1))) % endpoints.length;
    const [a, b] = [endpoints[first]!, endpoints[second]!];
    const cost = (endpoint: Endpoint) => (endpoint.latency.read(now) + 1) * (endpoint.inFlight + 1);
    return cost(b) < cost(a) ? b : a;
  };
}

/** Highest random weight (Thaler, Ravishankar 1998): when an endpoint goes, only its own keys move. */
function rendezvous(endpoints: readonly Endpoint[], key: string): Endpoint {
  let best = endpoints[0]!;
  let highest = -1;
  for (const endpoint of endpoints) {
    const weight = weightOf(key, endpoint.address);
    if (weight > highest) [best, highest] = [endpoint, weight];
  }
  return best;
}

function weightOf(key: string, address: string): number {
  return createHash('sha1').update(key).update('\0').update(address).digest().readUIntBE(0, 6);
}
