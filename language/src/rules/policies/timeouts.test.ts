import assert from 'node:assert/strict';
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
      fixed: `service a { uses b with p rpc X() { calls b.R with { deadline 500ms } } } policy p { timeout 500ms } ${callee}`,
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
      fixed: `service a { uses b with p rpc X() { calls b.R, b.P } rpc Y() { calls b.R } } policy p { timeout 1s deadline 1s } ${callee}`,
    },
  );
  await check(
    'timeout-over-deadline',
    `service a { uses b rpc X() { calls [|b.R|] with { timeout 2s deadline 1s }, [|b.P|] with { timeout 2s deadline 1s } } } ${callee}`,
  );
});

test('timeout-over-deadline: lowered for these calls where others have the timeout as well', async () => {
  const source = (calls: string): string =>
    `service a { uses b with { timeout 2s } rpc X() { calls ${calls} } } policy p { deadline 1s } ${callee}`;
  await check('timeout-over-deadline', source('[|b.R|] * 2 with p, b.P? with p & b.W'), {
    fixed: source('b.R * 2 with p { timeout 1s }, b.P? with p { timeout 1s } & b.W'),
  });
});

test('timeout-over-deadline: not lowered where that leaves too little time', async () => {
  const found = await check(
    'timeout-over-deadline',
    `service a { uses b rpc X() { calls [|b.R|] with { timeout 2s deadline 1s retry { } } } } ${callee}`,
  );
  assert.deepEqual(found[0]?.fixes, []);
  const slow = `service b { grpc 1 uses c with { timeout 1500ms } rpc R() { reads calls c.R } } service c { grpc 1 rpc R() { reads } }`;
  const busy = await check(
    'timeout-over-deadline',
    `service a { uses b rpc X() { calls [|b.R|] with { timeout 2s deadline 1s } } } ${slow}`,
  );
  assert.deepEqual(busy[0]?.fixes, []);
});

test('timeout-over-deadline: an `@allow` at one call leaves the others', async () => {
  const allow = '@allow(timeout-over-deadline, "an environment lowers it")';
  const source = (calls: string): string =>
    `service a { uses b with { timeout 2s deadline 1s } rpc X() { calls ${calls} } } ${callee}`;
  await check('timeout-over-deadline', source(`${allow} b.R, [|b.P|]`), { message: /whole call has$/ });
  await check('timeout-over-deadline', source(`[|b.R|], ${allow} b.P`), { message: /whole call has$/ });
  await check('unused-allow', source(`b.R, ${allow} b.P`));
});
