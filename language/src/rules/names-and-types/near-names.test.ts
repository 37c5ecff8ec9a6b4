import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

/** Callers that nobody calls are not what these tests are about. */
const options = { rules: { orphan: 'off' } } as const;

const fixed = async (
  marked: Parameters<typeof check>[1],
  rule: 'unresolved-reference' | 'syntax' = 'unresolved-reference',
) => {
  const [found] = await check(rule, marked, { options });
  return found?.fixes.map(({ title }) => title);
};

test('the only near name is written', async () => {
  await check('unresolved-reference', 'event A { b: [|Bb|] = 1 }  message Bbb { }', {
    fixed: 'event A { b: Bbb = 1 }  message Bbb { }',
  });
  await check('unresolved-reference', 'service a { apply [|pat|] }  policy path { limit { rate 1/s } }', {
    fixed: 'service a { apply path }  policy path { limit { rate 1/s } }',
  });
  await check('unresolved-reference', 'event A { b: [|int|][] = 1 }', { fixed: 'event A { b: int32[] = 1 }' });
});

test('of several near names none is chosen', async () => {
  assert.deepEqual(await fixed('event A { b: [|Bob|] = 1 }  message Bobs { }  message Rob { }'), []);
});

test('a near name of another package is imported with it', async () => {
  const main = (text: string): string => `package a\n${text}`;
  const files = {
    'main.svc': main('event A { b: [|Mony|] = 1 }'),
    'money.svc': 'package common\nmessage Money { amount: decimal = 1 }',
  };
  await check('unresolved-reference', files, {
    fixed: main('\nimport common.{Money}\nevent A { b: Money = 1 }').replace('\n\n\n', '\n\n'),
  });
});

test('an operation, or its service where that has the operation', async () => {
  const b = 'service b { grpc 1  rpc Answer() }';
  const a = (call: string): string => `service a { uses b with { timeout 1s }  rpc X() { calls ${call} } }  ${b}`;
  await check('unresolved-reference', a('[|b.Anser|]'), { fixed: a('b.Answer'), options });
  const services = 'service abc { grpc 1  rpc Answer() }';
  const caller = (call: string): string =>
    `service a { uses abc with { timeout 1s }  rpc X() { calls ${call} } }  ${services}`;
  await check('unresolved-reference', caller('[|abd.Answer|]'), { fixed: caller('abc.Answer'), options });
  assert.deepEqual(await fixed(caller('[|abd.Ask|]')), []);
});

test('part of a package in front of an operation', async () => {
  const files = {
    'a.svc': 'package x.a\nservice a { uses x.b.b with { timeout 1s }  rpc X() { calls [|b.b.Answer|] } }',
    'b.svc': 'package x.b\nservice b { grpc 1  rpc Answer() }',
  };
  await check('unresolved-reference', files, {
    fixed: 'package x.a\nservice a { uses x.b.b with { timeout 1s }  rpc X() { calls x.b.b.Answer } }',
    options,
  });
});

test('a name in `uses` that calls rely on is no mistake of one place', async () => {
  const of = (call: string): string =>
    `service a { uses [|ordrs|] with { timeout 1s }  rpc X() { calls ${call} } }  service orders { grpc 1  rpc Y() }`;
  await check('unresolved-reference', of('orders.Y'), {
    fixed: of('orders.Y').replace('[|ordrs|]', 'orders'),
    options,
  });
  assert.deepEqual(await fixed(of('ordrs.Y')), []);
});

test('imports: the package, or one of its names, unless others rely on what is written', async () => {
  const common = 'package common\nmessage Money { amount: decimal = 1 }';
  const files = (clause: string, type: string) => ({
    'a.svc': `package a\nimport ${clause}\nevent A { b: ${type} = 1 }`,
    'b.svc': common,
  });
  await check('unresolved-reference', files('[|comon|].{Money}', 'Money'), {
    fixed: files('common.{Money}', 'Money')['a.svc'],
  });
  assert.deepEqual(await fixed(files('[|comon|].{Cash}', 'Cash')), []);
  assert.deepEqual(await fixed(files('common.{[|Mony|]}', 'Mony')), []);
});

test('two letters swapped are one mistake', async () => {
  const call = (name: string): string =>
    `service a { uses ab with { timeout 1s }  rpc X() { calls ab.${name} } }  service ab { grpc 1  rpc Aks() }`;
  assert.deepEqual(await fixed(call('Ask').replace('ab.Ask', '[|ab.Ask|]')), ['Write `Aks`']);
});

test('fields in keys, and settings in environments', async () => {
  const event = (key: string): string => `event E on bus key ${key} { orderId: uuid = 1 }  resource bus nats`;
  await check('unresolved-reference', event('[|orderID2|]'), { fixed: event('orderId') });
  const idempotent = (by: string): string => `service s { rpc A(token: string = 1) { ${by} } }`;
  await check('unresolved-reference', idempotent('[|idempotent by field tokn|]'), {
    fixed: idempotent('idempotent by field token'),
  });
  const prod = (name: string): string =>
    `service s { config { pageSize: int32 default 5 } }  system x { environment prod { s { config { ${name} 10 } } } }`;
  await check('unresolved-reference', prod('[|pageSise 10|]').replace('] 10', ']'), { fixed: prod('pageSize') });
});

test('an annotation', async () => {
  const a = (name: string): string => `${name}("use B") event A { }`;
  const [found] = await check(
    'syntax',
    a('@depreciated').replace('@depreciated("use B")', '[|@depreciated("use B")|]'),
  );
  assert.deepEqual(
    found?.fixes.map(({ title }) => title),
    ['Write `deprecated`'],
  );
});

test('unknown words and settings', async () => {
  const system = (mesh: string): string => `system s { mesh ${mesh} }`;
  await check('syntax', system('[|istoi|]'), { fixed: system('istio') });
  for (const [key, wrong, right] of [
    ['autoscaler', 'kede', 'keda'],
    ['rollouts', 'flager', 'flagger'],
    ['monitoring', 'promethius', 'prometheus'],
    ['certificates', 'certmanager', 'cert-manager'],
    ['gateways', 'envoi', 'envoy'],
  ]) {
    const chosen = (word?: string): string => `system s { ${key} ${word} }`;
    await check('syntax', chosen(`[|${wrong}|]`), { fixed: chosen(right) });
  }
  const issuer = (key: string): string => `system s { environment dev { ${key} "staging" } }`;
  await check('syntax', issuer('[|isuer|]'), { fixed: issuer('issuer') });
  await check('syntax', 'auth a jwt { [|isuer|] "https://a.example"  issuer "https://a.example" }', {
    hint: /Did you mean `issuer`/,
  });
  const prod = (key: string): string => `gateway g { }  system s { environment prod { g { ${key} "x.example" } } }`;
  await check('syntax', prod('[|hots|]'), { fixed: prod('host') });
});
