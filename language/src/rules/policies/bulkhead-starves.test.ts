import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const callee = 'service b { grpc 1 slo { latency p99 400ms } rpc R() { reads } rpc S() { reads } }';
const source = (parts: string, calls: string, own = '', more = callee): string =>
  `service a { uses b with { timeout 1s  ${parts} } rpc X() { ${own} calls ${calls} } } ${more}`;

test('bulkhead-starves: fewer at a time than rate × latency', async () => {
  await check('bulkhead-starves', source('bulkhead { concurrent 10 }  limit { rate 50/s }', '[|b.R|]'), {
    message:
      /^the `bulkhead` lets 10 calls of `b.R` from `a.X` run at a time, and the `limit` lets so many come that 20 would: 50\/s × 400ms \(`b` promises p99 400ms\)$/,
    hint: /^Raise `concurrent` to 20, or lower the `limit` to 25\/s\.$/,
    related: ['bulkhead { concurrent 10 }', 'limit { rate 50/s }', 'p99 400ms'],
  });
  await check('bulkhead-starves', source('bulkhead { concurrent 19  queue 100 }  limit { rate 50/s }', '[|b.R|]'));
  await check('bulkhead-starves', source('bulkhead { concurrent 20 }  limit { rate 50/s }', 'b.R'));
  // Written by the minute: 100 of them, 0.6s each, are one at a time.
  await check(
    'bulkhead-starves',
    source('bulkhead { concurrent 1 }  limit { rate 100/min }', 'b.R', '', callee.replace('400ms', '600ms')),
  );
});

test('bulkhead-starves: the rate of the operation that calls, times its `* n`', async () => {
  await check('bulkhead-starves', source('bulkhead { concurrent 10 }', '[|b.R|] * 3', 'limit { rate 10/s }'), {
    message: /that 12 would: 10\/s × 3 × 400ms/,
    hint: /lower the `limit` to 8\/s/,
  });
  await check('bulkhead-starves', source('bulkhead { concurrent 12 }', 'b.R * 3', 'limit { rate 10/s }'));
  await check(
    'bulkhead-starves',
    source('bulkhead { concurrent 10 }  limit { rate 25/s }', 'b.R * 3', 'limit { rate 10/s }'),
  );
  await check(
    'bulkhead-starves',
    source('bulkhead { concurrent 10 }  limit { rate 1000/s }', 'b.R', 'limit { rate 10/s }'),
  );
});

test('bulkhead-starves: a global limit is shared among the replicas', async () => {
  const limit = 'limit { rate 100/s  scope global }';
  const deployed = (concurrent: number, call: string): string =>
    `service a { deploy { replicas 2..4 } uses b with { timeout 1s  bulkhead { concurrent ${concurrent} }  ${limit} } rpc X() { calls ${call} } } ${callee}`;
  await check('bulkhead-starves', deployed(9, '[|b.R|]'), {
    message: /that 10 would: 100\/s \/ 4 replicas × 400ms/,
    hint: /lower the `limit` to 90\/s/,
  });
  await check('bulkhead-starves', deployed(10, 'b.R'));
});

test('bulkhead-starves: where one of the two is not declared', async () => {
  const limited = 'bulkhead { concurrent 1 }  limit { rate 50/s }';
  await check('bulkhead-starves', source('bulkhead { concurrent 1 }', 'b.R'));
  await check('bulkhead-starves', source(limited, 'b.R', '', 'service b { grpc 1 rpc R() { reads } }'));
  await check('bulkhead-starves', source(limited, 'b.R with { bulkhead none }'));
  await check(
    'bulkhead-starves',
    `service a { uses b with { timeout 1s  bulkhead { concurrent 1 } } on E { calls b.R } } ${callee} event E { }`,
  );
});

test('bulkhead-starves: lower percentiles are less than p99, higher ones may be more', async () => {
  const limited = 'bulkhead { concurrent 10 }  limit { rate 50/s }';
  await check('bulkhead-starves', source(limited, '[|b.R|]', '', callee.replace('p99', 'p50')), {
    message: /promises p50 400ms/,
  });
  await check('bulkhead-starves', source(limited, 'b.R', '', callee.replace('p99', 'p999')));
});

test('bulkhead-starves: an external promises its latency as well, and one policy is one cause', async () => {
  const external = 'external b { url "https://b" latency p99 2s rpc R() { route GET /r } rpc S() { route GET /s } }';
  await check(
    'bulkhead-starves',
    source('bulkhead { concurrent 10 }  limit { rate 10/s }', '[|b.R|], b.S', '', external),
    {
      message: /; so it is with 1 more call$/,
    },
  );
});

test('bulkhead-starves: an `@allow` at the call', async () => {
  await check(
    'bulkhead-starves',
    source('bulkhead { concurrent 1 }  limit { rate 50/s }', '@allow(bulkhead-starves, "refusing is meant") b.R'),
  );
});
