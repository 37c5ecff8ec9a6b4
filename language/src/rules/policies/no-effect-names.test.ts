import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('no-effect: names that are listed twice', async () => {
  const thrown = (errors: string): string =>
    `error N 404  error M 400  service s { rpc A() throws ${errors} { publishes E } }  event E { }`;
  await check('no-effect', thrown('N, M, [|N|]'), {
    message: /^`N` has no effect here: it is listed already$/,
    related: ['N'],
    fixed: thrown('N, M'),
  });
  await check(
    'no-effect',
    'service s { rpc A() { publishes E, [|E|] } on E as F { publishes X publishes [|X|] } }  event E { }  event X { }',
  );
  await check('no-effect', 'service s { rpc A() { route GET /a } }  gateway g { serves s, [|s|], s.A, [|s.A|] }');
  await check('no-effect', 'service s { }  context c { services [s, [|s|]] }', {
    fixed: 'service s { }  context c { services [s] }',
  });
});

test('no-effect: a host twice in a gateway; another gateway may have it too', async () => {
  await check('no-effect', 'gateway g { host "a.example", [|"A.example"|]  host "b.example" }');
  await check('no-effect', 'gateway g { host "a.example" }  gateway h { host "a.example" }');
});

test('no-effect: a gateway leads to no external', async () => {
  const stripe = 'external stripe { url "https://s.example"  rpc Pay() { route POST /pay } }';
  await check('no-effect', `${stripe}  gateway g { serves [|stripe.Pay|] }`, { message: /others run `stripe`/ });
});

test('no-effect: a kind or a setting of a resource that looks like a slip', async () => {
  const db = (text: string): string => `resource db ${text}  service s { uses db  rpc A() { route GET /a } }`;
  await check('no-effect', db('[|postgress|]'), { hint: /^Did you mean `postgres`/ });
  await check('no-effect', db('postgres { [|verison|] 16 }'), { fixed: db('postgres { version 16 }') });
  await check('no-effect', db('minio { servers 3 }'));
  await check('no-effect', db('Postgres { version 16 port 5433 storage 1Gi owner s }'));
});
