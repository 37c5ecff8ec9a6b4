import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { OperationAuth, ServiceDefinition } from '../definition.ts';
import { kinds } from '../fixtures/kinds.ts';
import { createAuthenticate } from './auth.ts';

const ISSUER = 'https://id.example';
const KEYS = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1, umbrella:k:2' };
const both: OperationAuth = kinds.operations.secret!.auth!;

async function issuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256' }] };
  const authenticate = createAuthenticate(kinds, { ...KEYS, WEIR_AUTH_CUSTOMER_JWKS: JSON.stringify(keySet) });
  const token = (claims: object, change: (jwt: SignJWT) => SignJWT = (jwt) => jwt, key = privateKey) =>
    change(
      new SignJWT({ scope: 'notes:read other', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'a' })
        .setIssuer(ISSUER)
        .setAudience('kinds')
        .setSubject('u-1')
        .setExpirationTime('1h'),
    ).sign(key);
  const call = (headers: Record<string, string>) => authenticate(both, (name) => headers[name]);
  const bearer = async (jwt: Promise<string>) => call({ authorization: `Bearer ${await jwt}` });
  return { token, call, bearer, privateKey };
}

test('a good token gives the caller, its scopes and its claims', async () => {
  const { token, bearer } = await issuer();
  const principal = await bearer(token({ tenant: 't' }));
  assert.deepEqual([principal.auth, principal.subject, principal.scopes], ['customer', 'u-1', ['notes:read', 'other']]);
  assert.equal(principal.claims.tenant, 't');
  const listed = await bearer(token({ scope: undefined, scp: ['notes:read'] }));
  assert.deepEqual(listed.scopes, ['notes:read']);
});

test('a token that is not good is refused, and says why', async () => {
  const { token, bearer, call, privateKey } = await issuer();
  const stranger = await generateKeyPair('ES256');
  const refused = (jwt: Promise<string>, message: RegExp) =>
    assert.rejects(bearer(jwt), { code: 'unauthenticated', status: 401, message });
  await refused(
    token({}, (jwt) => jwt.setExpirationTime('-1h')),
    /expired/,
  );
  await refused(
    token({}, (jwt) => jwt.setIssuer('https://other')),
    /"iss"/,
  );
  await refused(
    token({}, (jwt) => jwt.setAudience('other')),
    /"aud"/,
  );
  const endless = new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'a' }).setIssuer(ISSUER).setAudience('kinds');
  await refused(endless.setSubject('u-1').sign(privateKey), /"exp"/);
  await refused(
    token({}, (jwt) => jwt, stranger.privateKey),
    /not valid/,
  );
  await refused(Promise.resolve('a.b.c'), /not valid/);
  const forged = await new SignJWT({ scope: 'notes:read' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('u')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode('x'.repeat(32)));
  await refused(Promise.resolve(forged), /not valid/);
  await assert.rejects(call({ authorization: 'Basic dTpw' }), { code: 'unauthenticated', message: /no credentials/ });
});

test('a scope that is missing is forbidden, not unknown', async () => {
  const { token, bearer } = await issuer();
  await assert.rejects(bearer(token({ scope: 'other' })), {
    code: 'permission-denied',
    status: 403,
    message: /notes:read/,
  });
});

test('any of several admits', async () => {
  const { call } = await issuer();
  assert.equal((await call({ 'x-api-key': 'k-1' })).subject, 'acme');
  assert.equal((await call({ 'x-api-key': 'k:2', authorization: 'Bearer nonsense' })).subject, 'umbrella');
  await assert.rejects(call({ 'x-api-key': 'k-2' }), { code: 'unauthenticated' });
});

test('keys that cannot be had are no fault of the caller', async () => {
  const jwks = { WEIR_AUTH_CUSTOMER_JWKS: 'http://127.0.0.1:1/jwks.json' };
  const authenticate = createAuthenticate(kinds, { ...KEYS, ...jwks });
  const { token } = await issuer();
  const headers: Record<string, string> = { authorization: `Bearer ${await token({})}` };
  await assert.rejects(
    authenticate(both, (name) => headers[name]),
    { code: 'unavailable', status: 503 },
  );
});

test('faults of the set-up are told at once and show no key', () => {
  const starting =
    (env: NodeJS.ProcessEnv, change: Partial<ServiceDefinition> = {}) =>
    () =>
      void createAuthenticate({ ...kinds, ...change }, env);
  assert.throws(
    starting({ WEIR_AUTH_PARTNER_KEYS: 'hush' }),
    ({ message }: Error) => /entry 1/.test(message) && !/hush/.test(message),
  );
  assert.throws(starting({ ...KEYS, WEIR_AUTH_CUSTOMER_JWKS: 'nowhere' }), /neither a url nor a key set/);
  assert.throws(starting({ ...KEYS, WEIR_AUTH_CUSTOMER_JWKS: '{}' }), /no JSON Web Key Set/);
  assert.throws(starting(KEYS, { auth: { partner: kinds.auth.partner! } }), /auth customer is not in the definition/);
});
