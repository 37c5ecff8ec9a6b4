import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { kinds } from '../fixtures/kinds.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { createAuthenticate } from './auth.ts';
import { startIssuer } from './jwks-fixture.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const bearerOnly = { anyOf: [{ auth: 'customer', scopes: [] }] };
const UNAVAILABLE = { code: 'unavailable', status: 503 };
const REFUSED = { code: 'unauthenticated', status: 401 };

async function following(t: TestContext) {
  const issuer = await startIssuer(t);
  const clock = virtualClock();
  const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: issuer.url };
  const authenticate = createAuthenticate(kinds, env, { clock });
  const show = async (token: Promise<string> | string) => {
    const shown = `Bearer ${await token}`;
    return (await authenticate(bearerOnly, (name) => (name === 'authorization' ? shown : undefined))).subject;
  };
  return { issuer, clock, show };
}

/** Until the fetch that goes on in the background has come to its end. */
async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setImmediate(resolve));
}

test('keys are fetched once, however many ask at a time', async (t) => {
  const { issuer, show } = await following(t);
  const shown = Array.from({ length: 20 }, () => show(issuer.token()));
  assert.deepEqual(new Set(await Promise.all(shown)), new Set(['u-1']));
  assert.equal(issuer.asked, 1);
});

test('a key that has rolled is fetched when its first token comes, and the old one holds as long as it is published', async (t) => {
  const { issuer, clock, show } = await following(t);
  const old = await issuer.token();
  await show(old);
  await clock.advance(MINUTE);
  await issuer.roll('b');
  assert.equal(await show(issuer.token()), 'u-1');
  assert.equal(await show(old), 'u-1');
  assert.equal(issuer.asked, 2);
  issuer.withdraw('a');
  await clock.advance(11 * MINUTE);
  assert.equal(await show(old), 'u-1', 'while keys are fetched anew the old ones hold');
  await until(() => issuer.asked === 3);
  await assert.rejects(async () => {
    for (;;) await show(old);
  }, REFUSED);
});

test('a flood of keys that nobody knows costs the issuer one request in half a minute', async (t) => {
  const { issuer, clock, show } = await following(t);
  const good = await issuer.token();
  await show(good);
  await clock.advance(MINUTE);
  const flood = async () => {
    const shown = Array.from({ length: 200 }, (_, i) => show(issuer.token({}, { kid: `forged-${i}` })));
    const results = await Promise.allSettled(shown);
    assert.ok(results.every((result) => result.status === 'rejected' && result.reason.code === 'unauthenticated'));
  };
  await flood();
  await flood();
  assert.equal(issuer.asked, 2);
  assert.equal(await show(good), 'u-1');
  await clock.advance(30 * SECOND);
  await flood();
  assert.equal(issuer.asked, 3);
});

test('while the issuer is down its keys go on to hold, for a day', async (t) => {
  const { issuer, clock, show } = await following(t);
  const token = await issuer.token();
  await show(token);
  for (const how of ['error', 'garbage'] as const) {
    issuer.answers(how);
    await clock.advance(HOUR);
    const asked = issuer.asked;
    assert.equal(await show(token), 'u-1');
    await until(() => issuer.asked > asked);
  }
  await clock.advance(23 * HOUR);
  await assert.rejects(show(token), UNAVAILABLE);
  issuer.answers('keys');
  await clock.advance(SECOND);
  assert.equal(await show(token), 'u-1');
});

test('an issuer that was never there is asked once a second, and its absence is no fault of the caller', async (t) => {
  const { issuer, clock, show } = await following(t);
  issuer.answers('error');
  const token = await issuer.token();
  for (let i = 0; i < 5; i += 1) await assert.rejects(show(token), UNAVAILABLE);
  assert.equal(issuer.asked, 1);
  issuer.answers('keys');
  await clock.advance(SECOND);
  assert.equal(await show(token), 'u-1');
});

test('an issuer that does not answer holds up nobody whose key is known', { timeout: 20_000 }, async (t) => {
  const { issuer, clock, show } = await following(t);
  const token = await issuer.token();
  await show(token);
  issuer.answers('nothing');
  await clock.advance(11 * MINUTE);
  const unknown = show(issuer.token({}, { kid: 'b' }));
  assert.equal(await show(token), 'u-1');
  assert.equal(await show(token), 'u-1');
  await assert.rejects(unknown, REFUSED);
  assert.equal(issuer.asked, 2);
});
