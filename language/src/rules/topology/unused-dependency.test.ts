import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const others =
  'service b { rpc Y() }\nservice c { rpc Z() }\nexternal e { rpc V() }\nresource db postgres { owner a }\n';

test('unused-dependency: a service or an external that nothing calls', async () => {
  await check('unused-dependency', `${others}service a {\n  uses [|b|]\n  rpc X()\n}`, {
    message: /^`a` uses `b`, and none of its operations and event handlers calls it$/,
    hint: /^Remove `b` from `uses`\.$/,
  });
  await check('unused-dependency', `${others}service a { uses b, [|e|] rpc X() { calls b.Y } }`);
  // The call of another service is none of this one's.
  await check(
    'unused-dependency',
    `${others}service a { uses [|b|] rpc X() } service d { uses b rpc X() { calls b.Y } }`,
  );
});

test('unused-dependency: the name goes with its comma, the last one with the statement', async () => {
  const fixed = async (uses: string, mended: string): Promise<void> => {
    const text = (written: string): string =>
      `${others}service a {\n  grpc 1\n${written}\n  rpc X() { calls c.Z }\n}\n`;
    await check('unused-dependency', text(uses), { fixed: text(mended) });
  };
  await fixed('  uses [|b|], c with { timeout 1s }', '  uses c with { timeout 1s }');
  await fixed('  uses c, [|b|] with { timeout 1s }', '  uses c with { timeout 1s }');
  await fixed('  uses c,\n       [|b|],\n       db', '  uses c,\n       db');
  await fixed('  uses [|b|],\n       c', '  uses c');
  await fixed('  uses [|b|]\n  uses c', '  uses c');
  await fixed('  uses c\n  uses [|b|] with { timeout 1s }', '  uses c');
  await fixed('  uses c\n  @allow(missing-timeout, "soon")\n  uses [|b|]', '  uses c');
});

test('unused-dependency: each of several goes by itself', async () => {
  const found = await check('unused-dependency', `${others}service a { uses [|b|], [|c|] rpc X() }`);
  assert.deepEqual(
    found.map(({ fixes }) => fixes.map(({ title }) => title)),
    [['Remove `b` from `uses`'], ['Remove `c` from `uses`']],
  );
});

test('unused-dependency: what stands in `uses` twice', async () => {
  await check('unused-dependency', `${others}service a {\n  uses b, [|b|]\n  rpc X() { calls b.Y }\n}`, {
    message: /^the `uses` of `a` names `b` twice; the first counts$/,
    related: ['b'],
    fixed: `${others}service a {\n  uses b\n  rpc X() { calls b.Y }\n}`,
  });
  await check('unused-dependency', `${others}service a { uses db uses [|db|] rpc X() }`);
  // Where nothing calls it, that is what is wrong with both.
  await check('unused-dependency', `${others}service a { uses [|b|] uses [|b|] with { timeout 1s } rpc X() }`, {
    message: [/none of its operations/, /none of its operations/],
  });
});

test('unused-dependency: calls, handlers, fallbacks, readiness and resources', async () => {
  await check('unused-dependency', `${others}service a { uses b rpc X() { calls b.Y? } }`);
  await check('unused-dependency', `${others}event E { } service a { uses b on E { calls b.Y } }`);
  await check('unused-dependency', `${others}service a { uses b, c with { fallback c.Z } rpc X() { calls b.Y } }`);
  await check(
    'unused-dependency',
    `${others}policy p { fallback c.Z } service a { uses b with p uses c rpc X() { calls b.Y } }`,
  );
  await check('unused-dependency', `${others}service a { uses b rpc X() health { ready /r { needs b } } }`);
  await check('unused-dependency', `${others}service a { uses db rpc X() }`);
});

test('unused-dependency: a service that uses itself gives its own calls a policy', async () => {
  await check('unused-dependency', 'service a { uses a with { timeout 1s } rpc X() { calls a.Y } rpc Y() }');
  await check('unused-dependency', 'service a { uses [|a|] rpc X() rpc Y() }');
});

test('unused-dependency: silent where something cannot be read or found', async () => {
  await check('unused-dependency', `${others}service a { uses b rpc X() { calls bb.Y } }`);
  await check('unused-dependency', `${others}service a { uses b rpc X() { calls b.Nothing } }`);
  await check('unused-dependency', `${others}service a { uses b rpc X() { calls } }`);
  await check('unused-dependency', `${others}service a { uses nobody rpc X() }`);
  await check('unused-dependency', { 'a.svc': 'service a { uses [|b|] rpc X() }', 'b.svc': 'service b { } nonsense' });
});

test('unused-dependency: allowed at the `uses` and at the service', async () => {
  await check('unused-dependency', `${others}service a { @allow(unused-dependency, "soon") uses b rpc X() }`);
  await check('unused-dependency', `${others}@allow(unused-dependency, "soon") service a { uses b rpc X() }`);
});
