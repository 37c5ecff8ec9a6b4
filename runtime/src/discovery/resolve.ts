/** Where the other services are: addresses of a destination, from the environment first, then as the system's `discovery` says. */

import { type Environment, environmentName } from '../config/environment.ts';
import type { ClientDefinition, ServiceDefinition } from '../definition.ts';
import { type Clock, systemClock } from '../policy/clock.ts';
import { type LookUp, systemLookUp, watchedName } from './lookup.ts';

/** Addresses of a destination, at least one: `host:port`, or a url for HTTP. Rejects when there is no way to know them. */
export type Resolve = (destination: ClientDefinition, transport: 'grpc' | 'http') => Promise<readonly string[]>;

export interface ResolverOptions {
  readonly discovery: ServiceDefinition['discovery'];
  readonly env: Environment;
  readonly clock?: Clock;
  /** How `dns:///` names are looked up; as the system does unless said otherwise. */
  readonly lookUp?: LookUp;
}

/** As gRPC writes a name that stands for all its addresses (https://github.com/grpc/grpc/blob/master/doc/naming.md). */
const NAME = 'dns:///';

/**
 * A resolver that looks at `WEIR_<NAME>_GRPC` or `WEIR_<NAME>_HTTP` (addresses between commas) first; then an external's
 * url; then `static` gives this machine and `dns` the service's own name, each with the declared port. An address that is
 * `dns:///host:port` stands for each address that the host has, now and later.
 *
 * Throws at once for kinds of discovery that this runtime does not know, so that a service does not start blind.
 */
export function createResolver({
  discovery,
  env,
  clock = systemClock,
  lookUp = systemLookUp,
}: ResolverOptions): Resolve {
  const hostOf = hostRule(discovery);
  const find = (destination: ClientDefinition, transport: 'grpc' | 'http'): readonly string[] => {
    const variable = `WEIR_${environmentName(destination.name)}_${transport.toUpperCase()}`;
    const configured = addressesIn(env[variable], variable);
    if (configured !== undefined) return configured;
    const declared = transport === 'grpc' ? destination.grpc : destination.http;
    if (declared === undefined) {
      throw new Error(`${destination.name} declares no ${transport} port; set ${variable} to where it listens`);
    }
    return 'url' in declared ? [declared.url] : [`${hostOf(destination.name)}:${declared.port}`];
  };
  // The environment of a process does not change, and policies take the same list for the same endpoints.
  const found = new Map<string, () => Promise<readonly string[]>>();
  return async (destination, transport) => {
    const key = `${transport} ${destination.name}`;
    const endpoints = found.get(key) ?? endpointsOf(find(destination, transport), clock, lookUp);
    found.set(key, endpoints);
    return endpoints();
  };
}

/** Addresses as they stand; of a name, what it stands for. */
function endpointsOf(addresses: readonly string[], clock: Clock, lookUp: LookUp): () => Promise<readonly string[]> {
  const [first] = addresses;
  if (first === undefined || !first.startsWith(NAME)) return async () => addresses;
  return watchedName(first.slice(NAME.length), clock, lookUp);
}

function hostRule(discovery: string): (name: string) => string {
  switch (discovery) {
    case 'static':
      return () => '127.0.0.1';
    case 'dns':
      return (name) => name;
    default:
      throw new Error(
        `discovery ${discovery} is not supported by this runtime; use static or dns, or set WEIR_<SERVICE>_GRPC / WEIR_<SERVICE>_HTTP with discovery static`,
      );
  }
}

function addressesIn(value: string | undefined, variable: string): readonly string[] | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const addresses = value.split(',').map((address) => address.trim());
  if (addresses.length === 1 && /^dns:\/\/\/[^\s:/[\]]+:\d{1,5}$/.test(addresses[0]!)) return addresses;
  for (const address of addresses) {
    if (!/^(https?:\/\/)?(\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+)(:\d{1,5})?(\/.*)?$/.test(address)) {
      throw new Error(
        `${variable}: "${address}" is no address; write host:port or a url, with commas between several, or one dns:///host:port`,
      );
    }
  }
  return addresses;
}
