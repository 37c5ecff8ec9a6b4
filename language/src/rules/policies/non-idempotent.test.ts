import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const callee = 'service b { grpc 1 rpc W() rpc R() { reads } rpc P() { idempotent } }';

test('retry-non-idempotent, hedge-non-idempotent: the callee may have forgotten its `reads`', async () => {
  const system = (part: string): string =>
    `service a { uses b rpc X() { calls [|b.Y|] with { timeout 1s ${part} } } } service b { grpc 1 uses c with { timeout 1s } rpc Y() { calls c.Z } } service c { grpc 1 rpc Z() { reads } }`;
  const titles = async (rule: 'retry-non-idempotent' | 'hedge-non-idempotent', part: string) =>
    (await check(rule, system(part)))[0]?.fixes.map(({ title }) => title);
  assert.deepEqual(await titles('retry-non-idempotent', 'retry { attempts 3 }'), [
    'Do not retry this call',
    'Say that `b.Y` only reads',
  ]);
  assert.deepEqual(await titles('hedge-non-idempotent', 'hedge { extra 1 }'), [
    'Do not hedge this call',
    'Say that `b.Y` only reads',
  ]);
});

test('retry-non-idempotent: a write that may be sent twice', async () => {
  await check(
    'retry-non-idempotent',
    `service a { uses b rpc X() { calls [|b.W|] with { timeout 1s retry { attempts 3 on [connect, timeout] } } } } ${callee}`,
    {
      message: /^`a.X` may send `b.W` up to 3 times \(on timeout\), and `b.W` is a write/,
      related: ['retry { attempts 3 on [connect, timeout] }', 'W'],
      fixed: `service a { uses b rpc X() { calls b.W with { timeout 1s retry none } } } ${callee}`,
    },
  );
  // The defaults of `retry` are 3 attempts, on [connect, unavailable].
  await check(
    'retry-non-idempotent',
    `service a { uses b with p rpc X() { calls [|b.W|] } } policy p { timeout 1s retry { } } ${callee}`,
    {
      fixed: `service a { uses b with p rpc X() { calls b.W with { retry none } } } policy p { timeout 1s retry { } } ${callee}`,
    },
  );
  await check(
    'retry-non-idempotent',
    `service a { uses b with p rpc X() { calls [|b.W|] with { timeout 2s } } } policy p { retry { } } ${callee}`,
    {
      fixed: `service a { uses b with p rpc X() { calls b.W with { retry none  timeout 2s } } } policy p { retry { } } ${callee}`,
    },
  );
  await check(
    'retry-non-idempotent',
    `service a { uses b rpc X() { calls [|b.W|] with p } } policy p { timeout 1s retry { } } ${callee}`,
    {
      fixed: `service a { uses b rpc X() { calls b.W with p { retry none } } } policy p { timeout 1s retry { } } ${callee}`,
    },
  );
  await check(
    'retry-non-idempotent',
    `service a { uses b with p rpc X() { calls @allow(unused, "x") [|b.W|] * 2 ?, b.R } } policy p { timeout 1s retry { } } ${callee}`,
    {
      fixed: `service a { uses b with p rpc X() { calls @allow(unused, "x") b.W * 2 ? with { retry none }, b.R } } policy p { timeout 1s retry { } } ${callee}`,
    },
  );
});

test('retry-non-idempotent: one attempt, failures to connect, or no write', async () => {
  const calls = (target: string, policy: string): string =>
    `service a { uses b with { timeout 1s ${policy} } rpc X() { calls b.${target} } } ${callee}`;
  await check('retry-non-idempotent', calls('W', 'retry { attempts 1 on [timeout] }'));
  await check('retry-non-idempotent', calls('W', 'retry { attempts 5 on [connect] }'));
  await check('retry-non-idempotent', calls('R', 'retry { attempts 5 on [timeout] }'));
  await check('retry-non-idempotent', calls('P', 'retry { attempts 5 on [timeout] }'));
  await check('retry-non-idempotent', calls('W', ''));
});

test('retry-non-idempotent: one policy and one write are one cause', async () => {
  const source = (x: string, y: string): string =>
    `service a { uses b with p rpc X() { calls ${x} } rpc Y() { calls ${y} } } policy p { timeout 1s retry { } } service b { grpc 1 rpc W() rpc V() }`;
  await check('retry-non-idempotent', source('[|b.W|], [|b.V|]', 'b.W'), {
    message: [/`b.W` is a write: .*; so it is with 1 more call$/, /`b.V` is a write: [^;]*$/],
    related: ['retry { }', 'W', 'b.W'],
    fixed: source('b.W with { retry none }, b.V', 'b.W with { retry none }'),
  });
});

test('retry-non-idempotent: braces in which nothing could be read are left alone', async () => {
  const found = await check(
    'retry-non-idempotent',
    `service a { uses b with p rpc X() { calls [|b.W|] with p { } } } policy p { timeout 1s retry { } } ${callee}`,
  );
  assert.deepEqual(found[0]?.fixes, []);
});

test('hedge-non-idempotent: a write that is sent twice side by side', async () => {
  const source = (call: string): string =>
    `service a { uses b with p rpc X() { calls ${call} } } policy p { timeout 1s hedge { after p95 extra 2 } } ${callee}`;
  await check('hedge-non-idempotent', source('[|b.W|]'), {
    message: /^`a.X` may send `b.W` 3 times side by side \(`hedge { after p95 {2}extra 2 }`\), and `b.W` is a write: /,
    hint: /`hedge none` for this call/,
    related: ['hedge { after p95 extra 2 }', 'W'],
    fixed: source('b.W with { hedge none }'),
  });
  await check('hedge-non-idempotent', source('[|b.W|] * 2 ?'), { fixed: source('b.W * 2 ? with { hedge none }') });
  await check('hedge-non-idempotent', source('[|b.W|] with { hedge { after 20ms } }'), {
    message: /2 times/,
    fixed: source('b.W with { hedge none }'),
  });
  await check('hedge-non-idempotent', source('b.R, b.P, b.W with { hedge none }'));
});

test('hedge-non-idempotent: one policy and one write are one cause, by the defaults too', async () => {
  await check(
    'hedge-non-idempotent',
    `service a { uses b rpc X() { calls [|b.W|] } on E { calls b.W, b.R } } event E { } ${callee} system s { defaults { timeout 1s hedge { after 50ms } } }`,
    { message: /; so it is with 1 more call$/, related: ['hedge { after 50ms }', 'W', 'b.W'] },
  );
});

test('hedge-non-idempotent: an `@allow` at the call, at the policy, or at the write', async () => {
  const allow = '@allow(hedge-non-idempotent, "it may happen twice")';
  const hedge = 'timeout 1s hedge { after 50ms }';
  await check(
    'hedge-non-idempotent',
    `service a { uses b with { ${hedge} } rpc X() { calls ${allow} b.W } } ${callee}`,
  );
  await check(
    'hedge-non-idempotent',
    `service a { uses b with p rpc X() { calls b.W } } ${allow} policy p { ${hedge} } ${callee}`,
  );
  await check(
    'hedge-non-idempotent',
    `service a { uses b with { ${hedge} } rpc X() { calls b.W } } service b { grpc 1 ${allow} rpc W() }`,
  );
});
