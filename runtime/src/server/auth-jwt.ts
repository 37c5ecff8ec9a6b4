/** Tokens, checked by jose. */

import type { errors, JSONWebKeySet, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import type { AuthDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { AuthDeps, Authenticator } from './auth.ts';
import { jose } from './jose.ts';
import { KeysUnavailable, remoteKeys } from './jwks.ts';

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

/** Seconds by which clocks of issuer and service may differ. */
const CLOCK_TOLERANCE = 30;

/** Characters of a token at most; real ones have one or two thousand. */
const LONGEST_TOKEN = 8192;

/** Keys that are tried for a token that does not name its own. */
const MOST_CANDIDATES = 8;

/** @param variable what the names of its variables begin with */
export function jwt(
  name: string,
  auth: Extract<AuthDefinition, { kind: 'jwt' }>,
  variable: string,
  { env, clock, log }: AuthDeps,
): Authenticator {
  const source = env[`${variable}_JWKS`] ?? auth.jwks;
  const keys = keysOf(source, `${variable}_JWKS`, { clock, log: log?.child({ auth: name }) });
  const options: JWTVerifyOptions = {
    issuer: env[`${variable}_ISSUER`] ?? auth.issuer,
    ...(auth.audience === undefined ? {} : { audience: auth.audience }),
    algorithms: ALGORITHMS,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE,
  };
  return async (header) => {
    const token = /^Bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1];
    if (token === undefined) return undefined;
    if (token.length > LONGEST_TOKEN) {
      throw new ServiceError(
        'unauthenticated',
        `The token has ${token.length} characters, at most ${LONGEST_TOKEN} are read.`,
      );
    }
    try {
      const claims = await claimsOf(token, keys, options);
      if (typeof claims.sub !== 'string' || claims.sub === '')
        throw new (jose().errors.JWTInvalid)('"sub" names nobody');
      return { auth: name, subject: claims.sub, scopes: scopesOf(claims), claims };
    } catch (cause) {
      throw tokenError(cause);
    }
  };
}

function keysOf(source: string, variable: string, options: Parameters<typeof remoteKeys>[1]): JWTVerifyGetKey {
  if (!source.trimStart().startsWith('{')) {
    if (!URL.canParse(source)) throw new Error(`${variable} is neither a url nor a key set: "${source}".`);
    return remoteKeys(new URL(source), options);
  }
  try {
    return jose().createLocalJWKSet(JSON.parse(source) as JSONWebKeySet);
  } catch {
    throw new Error(`${variable} is no JSON Web Key Set; write {"keys": […]} or a url.`);
  }
}

type Claims = Readonly<Record<string, unknown>>;

async function claimsOf(token: string, keys: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<Claims> {
  try {
    return (await jose().jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof jose().errors.JWKSMultipleMatchingKeys)) throw error;
    return claimsByAny(token, error, options);
  }
}

/** A token that names no key, of an issuer with several of that kind. */
async function claimsByAny(
  token: string,
  candidates: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
): Promise<Claims> {
  let tried = 0;
  for await (const key of candidates) {
    tried += 1;
    if (tried > MOST_CANDIDATES) break;
    try {
      return (await jose().jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof jose().errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new (jose().errors.JWSSignatureVerificationFailed)();
}

/** `scope` of RFC 8693 (text with spaces), or the lists that some issuers write. */
function scopesOf(claims: Claims): readonly string[] {
  const scope = claims.scope ?? claims.scp ?? [];
  if (typeof scope === 'string') return scope.split(' ').filter((word) => word !== '');
  return Array.isArray(scope) ? scope.filter((word) => typeof word === 'string') : [];
}

/** Whatever fails but for the keys is the token's fault: nothing in one may look like a fault of the service. */
function tokenError(cause: unknown): ServiceError {
  if (cause instanceof KeysUnavailable) {
    return new ServiceError('unavailable', 'The keys that tokens are checked with cannot be had.', { cause });
  }
  return new ServiceError('unauthenticated', detailOf(cause), { cause });
}

function detailOf(cause: unknown): string {
  if (cause instanceof jose().errors.JWTExpired) return 'The token has expired.';
  if (!(cause instanceof jose().errors.JWTClaimValidationFailed)) return 'The token is not valid.';
  if (cause.claim === 'nbf') return 'The token is not valid yet.';
  return `The token's claim "${cause.claim}" is not the one expected.`;
}
