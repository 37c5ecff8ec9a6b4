import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const callee = 'service b { grpc 1 rpc W() rpc R() { reads } rpc P() { idempotent } }';

test('missing-timeout: neither `timeout` nor `deadline` on an edge', async () => {
  await check(
    'missing-timeout',
    `service a { uses b rpc X() { calls [|b.R|], [|b.P|] & b.W with { deadline 1s } } } ${callee}`,
    {
      message: [/^`a.X` calls `b.R` with neither `timeout` nor `deadline`: it may wait for ever$/, /`b.P`/],
    },
  );
  await check('missing-timeout', `service a { uses b rpc X() { deadline 3s calls [|b.R|] } } ${callee}`, {
    message: /a call that hangs takes the whole 3s that `a.X` has for everything$/,
  });
  await check('missing-timeout', `service a { uses b on E { calls [|b.R|] } } event E { } ${callee}`, {
    message: /`a.OnE` calls `b.R`/,
  });
  await check(
    'missing-timeout',
    `service a { uses b with p rpc X() { calls [|b.R|] with { timeout none } } } policy p { timeout 1s } ${callee}`,
  );
});

test('missing-timeout: at the item, at `uses`, by a policy, or by the defaults', async () => {
  await check('missing-timeout', `service a { uses b with { timeout 1s } rpc X() { calls b.R } } ${callee}`);
  await check(
    'missing-timeout',
    `service a { uses b with q rpc X() { calls b.R } } policy p { timeout 1s } policy q extends p { } ${callee}`,
  );
  await check(
    'missing-timeout',
    `service a { uses b rpc X() { calls b.R } } system s { defaults { deadline 1s } } ${callee}`,
  );
});

test('timeout-over-deadline: by how much, and where both come from', async () => {
  await check(
    'timeout-over-deadline',
    `service a { uses b with p rpc X() { calls [|b.R|] with { deadline 500ms } } } policy p { timeout 2s } ${callee}`,
    {
      message: /^one attempt to call `b.R` from `a.X` may take 2s, 1500ms more than the 500ms that the whole call has$/,
      hint: /^Lower `timeout` below 500ms, or raise `deadline` above 2s\.$/,
      related: ['timeout 2s', 'deadline 500ms'],
    },
  );
  await check(
    'timeout-over-deadline',
    `service a { uses b with { timeout 1s deadline 1s } rpc X() { calls b.R } } ${callee}`,
  );
});

test('timeout-over-deadline: one policy is one cause', async () => {
  await check(
    'timeout-over-deadline',
    `service a { uses b with p rpc X() { calls [|b.R|], b.P } rpc Y() { calls b.R } } policy p { timeout 2s deadline 1s } ${callee}`,
    {
      message: /; so it is with 2 more calls$/,
      related: ['timeout 2s', 'deadline 1s', 'b.P', 'b.R'],
    },
  );
  await check(
    'timeout-over-deadline',
    `service a { uses b rpc X() { calls [|b.R|] with { timeout 2s deadline 1s }, [|b.P|] with { timeout 2s deadline 1s } } } ${callee}`,
  );
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
    `service a { uses b with p rpc X() { calls [|b.W|] * 2 } } policy p { timeout 1s retry { } } ${callee}`,
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
