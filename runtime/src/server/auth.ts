/** Who calls: by token, by key, or by the certificate of the connection. */

import type { Logger } from 'pino';
import { environmentName } from '../config/environment.ts';
import type { Principal } from '../context.ts';
import type { AuthDefinition, OperationAuth, ServiceDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { type Clock, systemClock } from '../policy/clock.ts';
import type { Peer } from '../tls/peer.ts';
import { jwt } from './auth-jwt.ts';
import { key } from './auth-key.ts';
import { peer } from './auth-peer.ts';

/** Reads a header of the request (or gRPC metadata) by its lower-case name. */
export type HeaderReader = (name: string) => string | undefined;

/**
 * Gives the caller's identity, or undefined when the caller showed no credentials of this kind. Throws `unauthenticated`
 * when they are not good, and `permission-denied` when they are, and are somebody's who is not admitted.
 */
export type Authenticator = (header: HeaderReader, peer: Peer | undefined) => Promise<Principal | undefined>;

/** Gives who calls. Throws `unauthenticated` (none or bad credentials) or `permission-denied` (not who is admitted, or a scope is missing). */
export type Authenticate = (auth: OperationAuth, header: HeaderReader, peer?: Peer) => Promise<Principal>;

export interface AuthDeps {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log?: Logger | undefined;
}

/**
 * The authentication of a service. `WEIR_AUTH_<NAME>_JWKS` (a url, or the key set itself) and `_ISSUER` override the
 * definition; `WEIR_AUTH_<NAME>_KEYS` holds the keys as `name:key,name:key`.
 *
 * Throws at once when something that operations need is missing or not supported, with all faults in one message.
 */
export function createAuthenticate(
  definition: ServiceDefinition,
  env: NodeJS.ProcessEnv,
  { clock = systemClock, log }: Partial<Omit<AuthDeps, 'env'>> = {},
): Authenticate {
  const faults: string[] = [];
  const authenticators = new Map<string, Authenticator>();
  for (const name of usedBy(definition)) {
    try {
      authenticators.set(name, authenticator(name, definition.auth[name], { env, clock, log }));
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  if (faults.length > 0) throw new Error(`${definition.name} cannot tell who calls:\n  ${faults.join('\n  ')}`);
  return (auth, header, shown) => admit(auth, authenticators, (of) => of(header, shown));
}

function usedBy(definition: ServiceDefinition): Set<string> {
  const operations = Object.values(definition.operations);
  return new Set(operations.flatMap((operation) => operation.auth?.anyOf.map(({ auth }) => auth) ?? []));
}

function authenticator(name: string, auth: AuthDefinition | undefined, deps: AuthDeps): Authenticator {
  const variable = `WEIR_AUTH_${environmentName(name)}`;
  switch (auth?.kind) {
    case 'jwt':
      return jwt(name, auth, variable, deps);
    case 'key':
      return key(name, auth.header.toLowerCase(), deps.env[`${variable}_KEYS`], `${variable}_KEYS`);
    case 'mtls':
      return peer(name, auth.peers);
    case undefined:
      throw new Error(`auth ${name} is not in the definition. Compile the system again.`);
  }
}

/** Any one admits. Of several refusals the one that was closest is told: who lacks a right is known at least. */
async function admit(
  { anyOf }: OperationAuth,
  authenticators: ReadonlyMap<string, Authenticator>,
  ask: (authenticator: Authenticator) => Promise<Principal | undefined>,
): Promise<Principal> {
  let refusal: ServiceError | undefined;
  for (const { auth: name, scopes } of anyOf) {
    try {
      const principal = await ask(authenticators.get(name)!);
      if (principal === undefined) continue;
      const missing = scopes.filter((scope) => !principal.scopes.includes(scope));
      if (missing.length === 0) return principal;
      refusal = new ServiceError('permission-denied', `The caller lacks the scope ${missing.join(', ')}.`);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (refusal === undefined || closeness(error) > closeness(refusal)) refusal = error;
    }
  }
  throw refusal ?? new ServiceError('unauthenticated', 'The request carries no credentials.');
}

function closeness({ code }: ServiceError): number {
  // Keys that cannot be had might have admitted the caller: that is worth a retry, and a refusal is not.
  return code === 'unavailable' ? 2 : code === 'permission-denied' ? 1 : 0;
}
