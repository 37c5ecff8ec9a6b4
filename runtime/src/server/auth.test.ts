import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { OperationAuth, ServiceDefinition } from '../definition.ts';
import { kinds } from '../fixtures/kinds.ts';
import type { Peer } from '../tls/peer.ts';
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
  return { token, call, bearer, privateKey, publicKey };
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

/** Only the form of a token: header and claims as they are given, and no signature or one that is made up. */
function unsigned(header: object, claims: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

const now = () => Math.floor(Date.now() / 1000);
const good = () => ({ iss: ISSUER, aud: 'kinds', sub: 'u-1', exp: now() + 3600, scope: 'notes:read' });

test('tokens without a signature, or with one of another kind, are refused', async () => {
  const { call, publicKey } = await issuer();
  const spki = await exportSPKI(publicKey);
  // The public key as if it were a shared secret: everybody knows it.
  const confused = await new SignJWT(good())
    .setProtectedHeader({ alg: 'HS256', kid: 'a' })
    .sign(new TextEncoder().encode(spki));
  const forms = [
    unsigned({ alg: 'none' }, good()),
    unsigned({ alg: 'None', kid: 'a' }, good()),
    unsigned({ alg: 'ES256', kid: 'a' }, good()),
    unsigned({ alg: 'ES256', kid: 'a' }, good(), 'AAAA'),
    unsigned({ alg: 'ES256', kid: 'a', crit: ['x'], x: 1 }, good(), 'AAAA'),
    unsigned({ alg: 'ES256', jku: 'http://127.0.0.1:1/', jwk: await exportJWK(publicKey) }, good(), 'AAAA'),
    unsigned({ alg: 5, kid: {} }, good(), 'AAAA'),
    confused,
  ];
  for (const token of forms) {
    await assert.rejects(call({ authorization: `Bearer ${token}` }), { code: 'unauthenticated', status: 401 }, token);
  }
});

test('nothing that a caller can write in the header is a fault of the service', async () => {
  const { call } = await issuer();
  const anything = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.json(), fc.json(), fc.string())
      .map((parts) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.')),
    fc
      .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.object())
      .map(([header, claims]) => unsigned({ alg: 'ES256', ...header }, claims, 'AAAA')),
  );
  await fc.assert(
    fc.asyncProperty(anything, async (token) => {
      await assert.rejects(call({ authorization: `Bearer ${token}` }), { code: 'unauthenticated' });
    }),
    { numRuns: 300 },
  );
});

test('clocks may differ by half a minute, and no more', async () => {
  const { token, bearer } = await issuer();
  const at = (change: (jwt: SignJWT) => SignJWT) => bearer(token({}, change));
  assert.equal((await at((jwt) => jwt.setExpirationTime(now() - 20))).subject, 'u-1');
  assert.equal((await at((jwt) => jwt.setNotBefore(now() + 20))).subject, 'u-1');
  await assert.rejects(
    at((jwt) => jwt.setExpirationTime(now() - 40)),
    /expired/,
  );
  await assert.rejects(
    at((jwt) => jwt.setNotBefore(now() + 40)),
    /not valid yet/,
  );
});

test('a token that names nobody, or is far too long, is refused', async () => {
  const { token, bearer, privateKey } = await issuer();
  for (const sub of ['', 7, { a: 1 }, null]) {
    const jwt = new SignJWT({ ...good(), sub: sub as string }).setProtectedHeader({ alg: 'ES256', kid: 'a' });
    await assert.rejects(bearer(jwt.sign(privateKey)), { code: 'unauthenticated' });
  }
  await assert.rejects(bearer(token({ padding: 'x'.repeat(8192) })), /at most 8192/);
});

test('a token that names no key is tried with all keys of its kind', async () => {
  const pairs = await Promise.all([1, 2, 3].map(() => generateKeyPair('ES256')));
  const keys = await Promise.all(
    pairs.map(async ({ publicKey }) => ({ ...(await exportJWK(publicKey)), alg: 'ES256' })),
  );
  const authenticate = createAuthenticate(kinds, { ...KEYS, WEIR_AUTH_CUSTOMER_JWKS: JSON.stringify({ keys }) });
  const stranger = await generateKeyPair('ES256');
  const show = async (privateKey: typeof stranger.privateKey) => {
    const token = await new SignJWT(good()).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
    return authenticate(both, (name) => (name === 'authorization' ? `Bearer ${token}` : undefined));
  };
  assert.equal((await show(pairs[2]!.privateKey)).subject, 'u-1');
  await assert.rejects(show(stranger.privateKey), { code: 'unauthenticated' });
});

test('a peer is admitted by a name in its certificate, exactly', async () => {
  const auth = { mesh: { kind: 'mtls', peers: ['orders.shop.svc', 'spiffe://shop/ns/prod/sa/users'] } } as const;
  const use = { anyOf: [{ auth: 'mesh', scopes: [] }] };
  const operations = { secret: { ...kinds.operations.secret!, auth: use } };
  const authenticate = createAuthenticate({ ...kinds, operations, auth }, {});
  const shown = (names: Partial<Peer>): Peer => ({ dns: [], uris: [], fingerprint: 'AB', ...names });
  const show = (peer?: Peer) => authenticate(use, () => undefined, peer);
  const byName = await show(shown({ dns: ['other.shop.svc', 'orders.shop.svc'] }));
  assert.deepEqual([byName.auth, byName.subject], ['mesh', 'orders.shop.svc']);
  assert.equal(
    (await show(shown({ uris: ['spiffe://shop/ns/prod/sa/users'] }))).subject,
    'spiffe://shop/ns/prod/sa/users',
  );
  for (const names of [
    { dns: ['orders.shop.svc.evil.example'] },
    { dns: ['*.shop.svc'] },
    { dns: ['spiffe://shop/ns/prod/sa/users'], uris: ['spiffe://shop/ns/prod/sa/users/more'] },
    { uris: ['spiffe://shop/ns/prod/sa/USERS'] },
    {},
  ]) {
    await assert.rejects(show(shown(names)), { code: 'permission-denied', status: 403 });
  }
  await assert.rejects(show(), { code: 'unauthenticated' });
  const any = createAuthenticate({ ...kinds, operations, auth: { mesh: { kind: 'mtls' } } }, {});
  assert.equal((await any(use, () => undefined, shown({ dns: ['anybody'] }))).subject, 'anybody');
  await assert.rejects(
    any(use, () => undefined, shown({ dns: ['*.shop.svc'] })),
    { code: 'permission-denied' },
  );
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
  assert.throws(
    starting({ WEIR_AUTH_PARTNER_KEYS: 'a:hush,b:hush' }),
    ({ message }: Error) => /a and b have the same key/.test(message) && !/hush/.test(message),
  );
  assert.doesNotThrow(starting({ WEIR_AUTH_PARTNER_KEYS: 'a:old,a:new' }));
  assert.throws(starting({ ...KEYS, WEIR_AUTH_CUSTOMER_JWKS: 'nowhere' }), /neither a url nor a key set/);
  assert.throws(starting({ ...KEYS, WEIR_AUTH_CUSTOMER_JWKS: '{}' }), /no JSON Web Key Set/);
  assert.throws(starting(KEYS, { auth: { partner: kinds.auth.partner! } }), /auth customer is not in the definition/);
});
