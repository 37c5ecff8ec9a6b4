import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const caller = (name: string, rate: string, calls: string): string =>
  `service ${name} { uses p  rpc X() { limit { rate ${rate}  scope global }  calls ${calls} } }\n`;

test('capacity-shortfall: more than the `limit` lets through', async () => {
  await check(
    'capacity-shortfall',
    `${caller('a', '100/s', 'p.X * 2')}${caller('b', '30/s', 'p.X')}service p { rpc [|X|]() { limit { rate 200/s  scope global } } }`,
    {
      message:
        /^`p.X` may be asked 230\/s \(a.X 2 × 100\/s \+ b.X 30\/s\), retries left out, and its `limit` lets 200\/s through: 30\/s too little$/,
      related: ['limit { rate 200/s  scope global }', 'p.X', 'p.X'],
    },
  );
  await check(
    'capacity-shortfall',
    `${caller('a', '100/s', 'p.X * 2')}service p { rpc X() { limit { rate 200/s  scope global } } }`,
  );
  await check(
    'capacity-shortfall',
    `${caller('a', '7/min', 'p.X * 3')}service p { rpc X() { limit { rate 21/min  scope global } } }`,
  );
});

test('capacity-shortfall: a limit counts on each replica', async () => {
  const limited = (replicas: string): string =>
    `${caller('a', '100/s', 'p.X')}service p { limit { rate 30/s }  rpc [|X|]()  deploy { replicas ${replicas} } }`;
  await check('capacity-shortfall', limited('2..3'), {
    message: /its `limit` lets 90\/s through \(30\/s × 3 replicas\): 10\/s too little$/,
  });
  await check('capacity-shortfall', limited('2..4').replace(/\[\||\|\]/g, ''));
  await check(
    'capacity-shortfall',
    `${limited('1')} system s { environment prod { p { replicas 2..4 } } }`.replace(/\[\||\|\]/g, ''),
  );
});

test('capacity-shortfall: the limit of a caller counts on each of its replicas, too', async () => {
  await check(
    'capacity-shortfall',
    `service a { uses p  rpc X() { limit { rate 60/s } calls p.X * 8 }  deploy { replicas 3..12 } }
service p { rpc [|X|]()  deploy { replicas 9  scale { rate 200/s } } }`,
    {
      message:
        /may be asked 5760\/s \(a.X 8 × 60\/s × 12 replicas\), retries left out, and `p` takes 1800\/s at most \(200\/s × 9 replicas\)/,
      hint: /lower the limits of those who call, which count on each replica unless they say `scope global`\.$/,
    },
  );
});

test('capacity-shortfall: more than all replicas take', async () => {
  const scaled = (deploy: string): string =>
    `${caller('a', '500/s', 'p.X')}service p { rpc [|X|]()  deploy { ${deploy} } }`;
  await check('capacity-shortfall', scaled('replicas 2..4  scale { rate 100/s }'), {
    message:
      /^`p.X` may be asked 500\/s \(a.X 500\/s\), retries left out, and `p` takes 400\/s at most \(100\/s × 4 replicas\): 100\/s too little$/,
    related: ['scale { rate 100/s }', 'p.X'],
  });
  await check('capacity-shortfall', scaled('replicas 2..5  scale { rate 100/s }').replace(/\[\||\|\]/g, ''));
  await check('capacity-shortfall', scaled('replicas 1  scale { cpu 50% }').replace(/\[\||\|\]/g, ''));
});

test('capacity-shortfall: the operations of a service together', async () => {
  const callers = `${caller('a', '300/s', 'p.X')}${caller('b', '200/s', 'p.Y')}`;
  const deploy = 'deploy { replicas 4  scale { rate 100/s } }';
  await check('capacity-shortfall', `${callers}service [|p|] { rpc X()  rpc Y()  ${deploy} }`, {
    message:
      /^all operations of `p` together may be asked 500\/s \(a.X 300\/s \+ b.X 200\/s\), .* `p` takes 400\/s at most/,
  });
  // The demand on `p.X` breaks against its limit, which keeps the replicas from more.
  const limited = 'rpc [|X|]() { limit { rate 150/s  scope global } }';
  await check('capacity-shortfall', `${callers}service p { ${limited}  rpc Y()  ${deploy} }`, {
    message: /its `limit`/,
  });
});

test('capacity-shortfall: what is not known counts nothing, and is said', async () => {
  const small = 'service p { rpc X() { limit { rate 10/s  scope global } } }';
  await check('capacity-shortfall', `service a { uses p  rpc X() { calls p.X } }\n${small}`);
  await check('capacity-shortfall', `event E { } service a { uses p  on E { calls p.X } }\n${small}`);
  await check(
    'capacity-shortfall',
    `service a { uses p  rpc X() { limit { rate 90/s  key client.ip } calls p.X } }\n${small}`,
  );
  await check(
    'capacity-shortfall',
    `${caller('a', '11/s', 'p.X')}service b { uses p  rpc X() { calls p.X } }\n${small.replace('X', '[|X|]')}`,
    { message: /may be asked at least 11\/s \(a.X 11\/s\)/ },
  );
  await check('capacity-shortfall', `${caller('a', '11/s', 'p.X')}${small.replace('10/s', '1/s key principal')}`);
});

test('capacity-shortfall: through those without a limit, not through loops, not above the limit of the call', async () => {
  await check(
    'capacity-shortfall',
    `${caller('a', '10/s', 'm.X * 2').replace('uses p', 'uses m')}service m { uses p  rpc X() { calls p.X * 3 } }
service p { rpc [|X|]() { limit { rate 50/s  scope global } } }`,
    { message: /60\/s \(m.X 3 × 20\/s\)/ },
  );
  await check(
    'capacity-shortfall',
    `service a { uses a  rpc X() { calls a.X * 9 } }  service p { rpc X() { limit { rate 1/s } } }`,
  );
  await check(
    'capacity-shortfall',
    `${caller('a', '100/s', 'p.X with { limit { rate 5/s  scope global } }')}service p { rpc X() { limit { rate 10/s } } }`,
  );
});

test('capacity-shortfall: allowed at the operation and at its service', async () => {
  const allow = '@allow(capacity-shortfall, "refused calls come again") ';
  const p = (service = '', operation = ''): string =>
    `${caller('a', '100/s', 'p.X')}${service}service p { ${operation}rpc X() { limit { rate 1/s } } }`;
  for (const text of [p(allow), p('', allow)]) {
    await check('capacity-shortfall', text);
    await check('unused-allow', text);
  }
});
