/** Who calls: tokens by jose, keys compared in constant time. */

import { createHash, timingSafeEqual } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Principal } from '../context.ts';
import type { AuthDefinition, OperationAuth, ServiceDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';

/** Reads a header of the request (or gRPC metadata) by its lower-case name. */
export type HeaderReader = (name: string) => string | undefined;

/** Gives the caller's identity, or undefined when the caller showed no credentials of this kind. Throws `unauthenticated` when they are not good. */
type Authenticator = (header: HeaderReader) => Promise<Principal | undefined>;

/** Gives who calls. Throws `unauthenticated` (none or bad credentials) or `permission-denied` (a scope is missing). */
export type Authenticate = (auth: OperationAuth, header: HeaderReader) => Promise<Principal>;

/** Signatures with a public key only: a shared secret in a key set would let every reader of it sign. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/**
 * The authentication of a service. `WEIR_AUTH_<NAME>_JWKS` (a url, or the key set itself) and `_ISSUER` override the
 * definition; `WEIR_AUTH_<NAME>_KEYS` holds the keys as `name:key,name:key`.
 *
 * Throws at once when something that operations need is missing or not supported, with all faults in one message.
 */
export function createAuthenticate(definition: ServiceDefinition, env: NodeJS.ProcessEnv): Authenticate {
  const faults: string[] = [];
  const authenticators = new Map<string, Authenticator>();
  for (const name of usedBy(definition)) {
    try {
      authenticators.set(name, authenticator(name, definition.auth[name], env));
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  if (faults.length > 0) throw new Error(`${definition.name} cannot tell who calls:\n  ${faults.join('\n  ')}`);
  return (auth, header) => admit(auth, header, authenticators);
}

function usedBy(definition: ServiceDefinition): Set<string> {
  const operations = Object.values(definition.operations);
  return new Set(operations.flatMap((operation) => operation.auth?.anyOf.map(({ auth }) => auth) ?? []));
}

function authenticator(name: string, auth: AuthDefinition | undefined, env: NodeJS.ProcessEnv): Authenticator {
  const variable = `WEIR_AUTH_${name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase()}`;
  switch (auth?.kind) {
    case 'jwt':
      return jwt(name, auth, variable, env);
    case 'key':
      return key(name, auth.header.toLowerCase(), `${variable}_KEYS`, env);
    case 'mtls':
      throw new Error(
        `auth ${name}: mtls is not supported by this runtime yet; use jwt or key, or leave mtls to a mesh.`,
      );
    case undefined:
      throw new Error(`auth ${name} is not in the definition. Compile the system again.`);
  }
}

async function admit(
  auth: OperationAuth,
  header: HeaderReader,
  authenticators: ReadonlyMap<string, Authenticator>,
): Promise<Principal> {
  let refusal: ServiceError | undefined;
  for (const { auth: name, scopes } of auth.anyOf) {
    try {
      const principal = await authenticators.get(name)!(header);
      if (principal === undefined) continue;
      const missing = scopes.filter((scope) => !principal.scopes.includes(scope));
      if (missing.length === 0) return principal;
      refusal = new ServiceError('permission-denied', `The caller lacks the scope ${missing.join(', ')}.`);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (refusal?.code !== 'permission-denied') refusal = error;
    }
  }
  throw refusal ?? new ServiceError('unauthenticated', 'The request carries no credentials.');
}

function jwt(
  name: string,
  auth: Extract<AuthDefinition, { kind: 'jwt' }>,
  variable: string,
  env: NodeJS.ProcessEnv,
): Authenticator {
  const keys = keySet(env[`${variable}_JWKS`] ?? auth.jwks, `${variable}_JWKS`);
  const options = {
    issuer: env[`${variable}_ISSUER`] ?? auth.issuer,
    ...(auth.audience === undefined ? {} : { audience: auth.audience }),
    algorithms: ALGORITHMS,
    requiredClaims: ['exp', 'sub'],
  };
  return async (header) => {
    const token = /^Bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1];
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, options);
      return { auth: name, subject: payload.sub!, scopes: scopesOf(payload), claims: payload };
    } catch (cause) {
      throw tokenError(cause);
    }
  };
}

function keySet(source: string, variable: string): JWTVerifyGetKey {
  if (!source.trimStart().startsWith('{')) {
    if (!URL.canParse(source)) throw new Error(`${variable} is neither a url nor a key set: "${source}".`);
    return createRemoteJWKSet(new URL(source));
  }
  try {
    return createLocalJWKSet(JSON.parse(source) as JSONWebKeySet);
  } catch {
    throw new Error(`${variable} is no JSON Web Key Set; write {"keys": […]} or a url.`);
  }
}

/** `scope` of RFC 8693 (text with spaces), or the lists that some issuers write. */
function scopesOf(claims: Readonly<Record<string, unknown>>): readonly string[] {
  const scope = claims.scope ?? claims.scp ?? [];
  if (typeof scope === 'string') return scope.split(' ').filter((word) => word !== '');
  return Array.isArray(scope) ? scope.filter((word) => typeof word === 'string') : [];
}

function tokenError(cause: unknown): ServiceError {
  if (cause instanceof errors.JWTExpired)
    return new ServiceError('unauthenticated', 'The token has expired.', { cause });
  if (cause instanceof errors.JWTClaimValidationFailed) {
    return new ServiceError('unauthenticated', `The token's claim "${cause.claim}" is not the one expected.`, {
      cause,
    });
  }
  const isTokens =
    cause instanceof errors.JWTInvalid ||
    cause instanceof errors.JWSInvalid ||
    cause instanceof errors.JWSSignatureVerificationFailed ||
    cause instanceof errors.JWKSNoMatchingKey ||
    cause instanceof errors.JOSEAlgNotAllowed ||
    cause instanceof errors.JOSENotSupported;
  if (isTokens) return new ServiceError('unauthenticated', 'The token is not valid.', { cause });
  return new ServiceError('unavailable', 'The keys that tokens are checked with cannot be had.', { cause });
}

function key(name: string, headerName: string, variable: string, env: NodeJS.ProcessEnv): Authenticator {
  const known = keysIn(env[variable], variable, name);
  return async (header) => {
    const shown = header(headerName);
    if (shown === undefined) return undefined;
    const digest = sha256(shown);
    let subject: string | undefined;
    // All are compared, so that the time taken does not tell which one came close.
    for (const entry of known) if (timingSafeEqual(entry.digest, digest)) subject = entry.subject;
    if (subject === undefined) throw new ServiceError('unauthenticated', 'The key is not known.');
    return { auth: name, subject, scopes: [], claims: {} };
  };
}

function keysIn(value: string | undefined, variable: string, name: string) {
  const entries = (value ?? '').split(',').filter((entry) => entry.trim() !== '');
  if (entries.length === 0)
    throw new Error(`auth ${name}: set ${variable} to the keys it admits, as name:key,name:key.`);
  return entries.map((entry, index) => {
    const [, subject, secret] = /^\s*([^:\s]+):(\S+)\s*$/.exec(entry) ?? [];
    if (subject === undefined || secret === undefined) {
      throw new Error(`${variable}: entry ${index + 1} is not name:key.`); // and is not shown: it may be a key
    }
    return { subject, digest: sha256(secret) };
  });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();
