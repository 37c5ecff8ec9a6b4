import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const a = (call: string): string => `service a { uses b, c with { timeout 1s } rpc X() { calls ${call} } }`;
const b = 'service b { grpc 1 rpc R() { reads } rpc S() { reads } }';
const c = (calls: string): string =>
  `service c { grpc 1 uses b, d with { timeout 1s } rpc Z() { reads calls ${calls} } }`;
const d = (calls: string): string => `service d { grpc 1 uses b with { timeout 1s } rpc W() { reads ${calls} } }`;

test('fallback-same-fate: an operation of the service itself', async () => {
  await check('fallback-same-fate', `${a('[|b.R|] with { fallback b.S }')} ${b}`, {
    message:
      /^when `b.R` fails, `a.X` falls back to `b.S`, which is an operation of `b` too: when `b` is down, so is the fallback$/,
    hint: /^Fall back to what does not need `b`: /,
    related: ['fallback b.S'],
  });
});

test('fallback-same-fate: over hard calls, hop by hop', async () => {
  await check('fallback-same-fate', `${a('[|b.R|] with { fallback c.Z }')} ${b} ${c('b.S')}`, {
    message: /which cannot do without `b` either \(c.Z → b.S\): /,
    related: ['fallback c.Z', 'b.S'],
  });
  await check('fallback-same-fate', `${a('[|b.R|] with { fallback c.Z }')} ${b} ${c('d.W')} ${d('calls b.S * 2')}`, {
    message: /\(c.Z → d.W → b.S\)/,
    related: ['fallback c.Z', 'd.W', 'b.S'],
  });
  await check(
    'fallback-same-fate',
    `${a('[|b.R|] with { fallback a.Y }').replace('rpc X', 'rpc Y() { reads calls b.S } rpc X')} ${b}`,
  );
});

test('fallback-same-fate: what is soft on the way lets it stand', async () => {
  const source = (...rest: string[]): string => `${a('b.R with { fallback c.Z }')} ${b} ${rest.join(' ')}`;
  await check('fallback-same-fate', source(c('b.S?')));
  await check('fallback-same-fate', source(c('b.S with { fallback "none" }')));
  await check('fallback-same-fate', source(c('d.W?'), d('calls b.S')));
  await check('fallback-same-fate', source(c('d.W'), d('')));
  await check('fallback-same-fate', `${a('b.R with { fallback stale cache { ttl 1s } }')} ${b}`);
  await check('fallback-same-fate', `${a('b.R with { fallback nobody.Z }')} ${b}`);
});

test('fallback-same-fate: externals, and loops on the way', async () => {
  await check(
    'fallback-same-fate',
    'service a { uses e with { timeout 1s } rpc X() { calls [|e.R|] with { fallback a.Y } } rpc Y() { reads calls a.Y, e.S } } external e { url "https://e" rpc R() { route GET /r } rpc S() { route GET /s } }',
  );
  // It calls itself, and nobody else.
  await check(
    'fallback-same-fate',
    `${a('b.R with { fallback c.Z }')} ${b} service c { grpc 1 uses c with { timeout 1s } rpc Z() { reads calls c.Z } }`,
  );
});

test('fallback-same-fate: what falls back to itself is another matter', async () => {
  await check('fallback-same-fate', `${a('b.R with { fallback b.R }')} ${b}`);
});

test('fallback-same-fate: one policy is one cause', async () => {
  await check(
    'fallback-same-fate',
    `service a { uses b with p rpc X() { calls [|b.R|] } on E { calls b.R } } event E { } policy p { timeout 1s  fallback b.S } ${b}`,
    { message: /so is the fallback; so it is with 1 more call$/, related: ['fallback b.S', 'b.R'] },
  );
});

test('fallback-same-fate: an `@allow` at the call, or where the service that is hurt is declared', async () => {
  const allow = '@allow(fallback-same-fate, "R is slow, S is not")';
  await check('fallback-same-fate', `${a(`${allow} b.R with { fallback b.S }`)} ${b}`);
  await check('fallback-same-fate', `${a('b.R with { fallback b.S }')} ${allow} ${b}`);
});

test('fallback-same-fate: ways of any length, of which a message shows the ends', async () => {
  const chain = (length: number): string =>
    Array.from({ length }, (_, i) => {
      const next = i + 1 < length ? `c${i + 1}.Z` : 'b.S';
      return `service c${i} { grpc 1 rpc Z() { reads calls ${next} } }`;
    }).join('\n');
  const source = (length: number): string => `${a('[|b.R|] with { fallback c0.Z }')} ${b}\n${chain(length)}`;
  const found = await check('fallback-same-fate', source(100), {
    message: /\(c0.Z → c1.Z → c2.Z → c3.Z → … → c99.Z → b.S\)/,
  });
  assert.equal(found[0]?.related.length, 21);
  await check('fallback-same-fate', source(1000), { message: /\(c0.Z → … → b\)/ });
});
