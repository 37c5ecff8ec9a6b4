/** Who calls, as a test says it. */

import type { Principal } from '../context.ts';
import type { OperationAuth, ServiceDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { type Authenticate, createAuthenticate } from '../server/auth.ts';
import { type CredentialsOf, forwarding } from '../server/forward.ts';
import type { TestPrincipal } from './contract.ts';

/** A header that only the authentication of tests reads. */
const PRINCIPAL = 'x-weir-test-principal';

/** The headers by which a call says who makes it. */
export function principalHeaders(principal: TestPrincipal | undefined): Readonly<Record<string, string>> {
  return principal === undefined ? {} : { [PRINCIPAL]: JSON.stringify(principal) };
}

/**
 * Takes the principal that a test gives a call, and holds it to what the operation asks for. Without one, credentials in
 * headers are checked as they are in production, with the keys that the environment of the test names.
 */
export function testAuthenticate(definition: ServiceDefinition, env: NodeJS.ProcessEnv): Authenticate {
  let real: Authenticate | undefined;
  return async (auth, header, ...rest) => {
    const given = header(PRINCIPAL);
    if (given !== undefined) return admitted(auth, JSON.parse(given) as TestPrincipal);
    const shown = Object.values(definition.auth).some((kind) =>
      header(kind.kind === 'key' ? kind.header.toLowerCase() : 'authorization'),
    );
    if (!shown) throw new ServiceError('unauthenticated', 'The request carries no credentials.');
    real ??= createAuthenticate(definition, env);
    return real(auth, header, ...rest);
  };
}

/** A principal that a test has given goes on to other services as a token does. */
export function testCredentialsOf(definition: ServiceDefinition): CredentialsOf {
  const real = forwarding(definition);
  return (principal, header) => {
    const given = header(PRINCIPAL);
    const credentials = real(principal, (name) => (given === undefined ? header(name) : given));
    return credentials && given !== undefined ? { ...credentials, headers: { [PRINCIPAL]: given } } : credentials;
  };
}

function admitted({ anyOf }: OperationAuth, { subject, scopes = [], auth, claims = {} }: TestPrincipal): Principal {
  const ways = anyOf.filter((way) => auth === undefined || way.auth === auth);
  if (ways.length === 0) throw new ServiceError('unauthenticated', `This operation does not admit by ${auth}.`);
  const way = ways.find((each) => each.scopes.every((scope) => scopes.includes(scope)));
  if (way !== undefined) return { auth: way.auth, subject, scopes, claims };
  const missing = ways[0]!.scopes.filter((scope) => !scopes.includes(scope));
  throw new ServiceError('permission-denied', `The caller lacks the scope ${missing.join(', ')}.`);
}
