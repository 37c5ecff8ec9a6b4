import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const callee = 'service b { grpc 1 rpc R() { reads } rpc S() { reads } }';
const breaker = 'breaker { of 20  within 10s }';
const source = (parts: string, calls: string, own = ''): string =>
  `service a { uses b with { timeout 1s  ${parts} } rpc X() { ${own} calls ${calls} } } ${callee}`;

test('breaker-never-trips: the limit of the call', async () => {
  await check('breaker-never-trips', source(`${breaker}  limit { rate 1/s  burst 5 }`, '[|b.R|]'), {
    message:
      /^the `breaker` on `b.R` opens on 20 calls within 10s at the least, and the `limit` admits at most 5 \+ 1\/s × 10s = 15 from `a.X`: it never opens$/,
    hint: /^Lower `of` to at most 15, /,
    related: [breaker, 'limit { rate 1/s  burst 5 }'],
  });
  await check('breaker-never-trips', source(`${breaker}  limit { rate 1/s  burst 9 }`, '[|b.R|]'), {
    message: /= 19 from/,
  });
  await check('breaker-never-trips', source(`${breaker}  limit { rate 1/s  burst 10 }`, 'b.R'));
  await check('breaker-never-trips', source(`${breaker}  limit { rate 6/min }`, '[|b.R|]'), {
    message: /1 \+ 6\/min × 10s = 2 from/,
  });
});

test('breaker-never-trips: the limit of the caller, times what each of its calls makes of it', async () => {
  const limit = 'limit { rate 1/s  burst 1 }';
  await check('breaker-never-trips', source(breaker, '[|b.R|]', limit), {
    message: /1 \+ 1\/s × 10s = 11 from/,
    related: [breaker, limit],
  });
  await check(
    'breaker-never-trips',
    source(`breaker { of 200  within 10s }  retry { attempts 3  backoff 1ms..2ms }`, '[|b.R|] * 6', limit),
    {
      message: /\(1 \+ 1\/s × 10s\) × 6 calls × 3 attempts = 198 from/,
    },
  );
  await check('breaker-never-trips', source(`${breaker}  hedge { after 10ms }`, 'b.R', limit));
  await check('breaker-never-trips', source(breaker, 'b.R * 2', limit));
  // The lower of the two counts.
  await check('breaker-never-trips', source(`${breaker}  limit { rate 100/s }`, '[|b.R|]', limit), {
    message: /= 11 from/,
  });
  await check('breaker-never-trips', source(`${breaker}  limit { rate 1/min }`, '[|b.R|]', limit), {
    message: /1 \+ 1\/min × 10s = 1.17 from/,
  });
});

test('breaker-never-trips: from the service of the caller, and from what it applies', async () => {
  await check(
    'breaker-never-trips',
    `service a { limit { rate 1/s } uses b with { timeout 1s  ${breaker} } rpc X() { calls [|b.R|] } } ${callee}`,
  );
  await check(
    'breaker-never-trips',
    `policy p { limit { rate 1/s } } service a { uses b with { timeout 1s  ${breaker} } rpc X() { apply p calls [|b.R|] } } ${callee}`,
  );
});

test('breaker-never-trips: the calls of one service under one breaker are counted together', async () => {
  // One limit for both, as their policies are the same.
  await check('breaker-never-trips', source(`${breaker}  limit { rate 1/s }`, '[|b.R|], b.S'), {
    message: /1 \+ 1\/s × 10s = 11 from/,
  });
  // Two limits, one breaker: 22 calls.
  const two = (of: string, first: string): string =>
    `service a { uses b with { timeout 1s  breaker { of ${of}  within 10s } } rpc X() { calls ${first} with { limit { rate 1/s } }, b.S with { balance p2c  limit { rate 1/s } } } } ${callee}`;
  await check('breaker-never-trips', two('20', 'b.R'));
  await check('breaker-never-trips', two('23', '[|b.R|]'), {
    message: /at most 1 \+ 1\/s × 10s \+ 1 \+ 1\/s × 10s = 22 from/,
  });
  // One of the calls has no limit.
  await check('breaker-never-trips', source(breaker, 'b.R with { limit { rate 1/s } }, b.S'));
  await check(
    'breaker-never-trips',
    `${source(breaker, 'b.R', 'limit { rate 1/s }').replace('rpc X', 'on E { calls b.S } rpc X')} event E { }`,
  );
});

test('breaker-never-trips: one policy is one cause', async () => {
  await check(
    'breaker-never-trips',
    `service a { uses b with p rpc X() { calls [|b.R|] } } service c { uses b with p rpc X() { calls b.R } } policy p { timeout 1s  ${breaker}  limit { rate 1/s } } ${callee}`,
    { message: /it never opens; so it is with 1 more call$/, related: [breaker, 'limit { rate 1/s }', 'b.R'] },
  );
});

test('breaker-never-trips: breakers by count, limits by key, and no limit', async () => {
  await check('breaker-never-trips', source('breaker { of 20 }  limit { rate 1/h }', 'b.R'));
  await check('breaker-never-trips', source(`${breaker}  limit { rate 1/s  key principal }`, 'b.R'));
  await check('breaker-never-trips', source(breaker, 'b.R', 'limit { rate 1/s  key client.ip }'));
  await check('breaker-never-trips', source(breaker, 'b.R'));
  await check('breaker-never-trips', source(`breaker none  limit { rate 1/s }`, 'b.R'));
  // The breaker's own defaults: 20 within 10s.
  await check('breaker-never-trips', source('breaker { }  limit { rate 1/s }', '[|b.R|]'));
});

test('breaker-never-trips: an `@allow` at the call', async () => {
  const allow = '@allow(breaker-never-trips, "production raises the limit")';
  await check('breaker-never-trips', source(`${breaker}  limit { rate 1/s }`, `${allow} b.R`));
});
