import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('field-type: lists and maps within lists and maps, written or through a type', async () => {
  await check('field-type', 'type L = string[]\nmessage M { a: [|L[]|] = 1  b: map<string, string> = 2  c: L = 3 }', {
    message: /`a` is a list of lists/,
    hint: /a field of a message/,
  });
  await check('field-type', 'message M { a: [|map<string, M[]>|] = 1  b: map<string, M> = 2 }', {
    message: /map of lists/,
  });
  await check('field-type', 'type Q = map<string, string>\ntype R = [|Q[]|]\nmessage M { a: R = 1 }', {
    message: /`R` is a list of maps/,
  });
});

test('field-type: keys of maps', async () => {
  await check(
    'field-type',
    'enum E { a = 0 }\nmessage M { a: map<[|float|], string> = 1  b: map<[|E|], string> = 2  c: map<uuid, E> = 3 }',
    {
      message: /`a` has a float as the key/,
    },
  );
});

test('field-type: what cannot stand in a oneof', async () => {
  await check(
    'field-type',
    'message M { oneof p { a: [|string[]|] = 1  b: [|map<string, string>|] = 2  c: string = 3 } }',
  );
  await check('field-type', 'message M { oneof p { [|a|]: string? = 1 } }', { hint: /Leave the `\?` out/ });
  await check('field-type', 'message M { oneof [|p|] { } }', { message: /a `oneof` of nothing/ });
});

test('field-type: the key of an event is there and is one value', async () => {
  await check('field-type', 'event E key [|a|] { a: M = 1 }\nmessage M { b: string = 1 }', { message: /is a message/ });
  await check('field-type', 'event E key [|a|] { a: string? = 1 }', { message: /may be missing/ });
  await check('field-type', 'type Id = uuid\nevent E key a { a: Id = 1 }');
});

test('field-type: settings are single values', async () => {
  await check(
    'field-type',
    'enum E { a = 0 }\nservice s { config { [|a|]: string[]  [|b|]: map<string, string>  c: E default a  d: json  e: secret } }',
    { message: [/`a` is a list in `config`/, /`b` is a map in `config`/], hint: /may be `json`/ },
  );
});

test('field-type: keys of requests', async () => {
  const place = (text: string): string =>
    `service s { rpc A(m: M = 1, l: string[] = 2, id: Id = 3) { ${text} } } message M { } type Id = uuid`;
  await check('field-type', place('[|idempotent by field m|]'), {
    message: /^`m` is a message \(`M`\), and no key$/,
    related: ['m'],
  });
  await check('field-type', place('[|limit { rate 1/s  key field l }|]'));
  await check('field-type', place('idempotent by field id  limit { rate 1/s  key field id }'));
  await check('field-type', place('idempotent by field nothing'));
});
