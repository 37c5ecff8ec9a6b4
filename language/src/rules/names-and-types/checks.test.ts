import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('syntax: what does not parse is reported where it stands, and the rest is still checked', async () => {
  await check('syntax', 'message A { id: uuid = 1 } [|foo|] message B { }');
  await check('enum-zero', 'foo enum [|E|] { a = 1 }');
});

test('unresolved-reference: a name that means nothing, with the nearest ones', async () => {
  await check('unresolved-reference', 'event E { a: [|Mony|] = 1 } message Money { cents: int64 = 1 }', {
    message: /there is no type `Mony` here/,
    hint: /`Money`/,
  });
  await check('unresolved-reference', 'event E { a: Money = 1 } message Money { cents: int64 = 1 }');
});

test('unresolved-reference: a key that names no field of its message', async () => {
  await check('unresolved-reference', 'event E key [|userID|] { userId: string = 1 }', { hint: /`userId`/ });
  await check('unresolved-reference', 'service a { rpc X(id: string = 1) { [|idempotent by field order|] } }', {
    message: /request of `X` has no field `order`/,
    hint: /It has `id`/,
  });
  await check(
    'unresolved-reference',
    'service a { rpc X(id: string = 1) { reads  [|cache { ttl 1s  key [id, nope] }|] } }',
  );
  await check('unresolved-reference', 'service a { rpc X(id: string = 1) { reads  cache { ttl 1s  key id } } }');
});

test('ambiguous-import: a name that two imports have', async () => {
  const packages = { 'a.svc': 'package a message M { }', 'b.svc': 'package b message M { }' };
  await check('ambiguous-import', { ...packages, 'c.svc': 'package c import a import b event E { m: [|M|] = 1 }' });
  await check('ambiguous-import', { ...packages, 'c.svc': 'package c import a import b event E { m: b.M = 1 }' });
});

test('unit: replicas that may be down, in whole percents', async () => {
  await check('unit', 'service a { deploy { disruption [|0.5%|] } }', { message: /^`0.5%` is no whole percentage/ });
  await check('unit', 'service a { deploy { disruption 25% } }');
});

test('unit: the wrong dimension, and minutes written `m`', async () => {
  await check('unit', 'policy p { timeout [|5m|] }', { fixed: 'policy p { timeout 5min }' });
  await check('unit', 'policy p { timeout [|5Mi|] }');
  await check('unit', 'policy p { retry { backoff [|1s..20ms|] } }', {
    message: /^`1s..20ms` is empty: it ends before it begins$/,
  });
  await check('unit', 'policy p { timeout 5min }');
});

test('duplicate-name: two declarations of a kind in a package, also in two files', async () => {
  await check('duplicate-name', 'message A { } message [|A|] { }', {
    message: /^the project has another message named `A`$/,
    related: ['A'],
  });
  await check(
    'duplicate-name',
    { 'a.svc': 'package p service s { }', 'b.svc': 'package p service [|s|] { }' },
    { message: /the package `p` has another service named `s`/, related: ['s'] },
  );
  await check('duplicate-name', { 'a.svc': 'package p message A { }', 'b.svc': 'package q message A { }' });
});

test('duplicate-name: a service in two contexts, or twice in one', async () => {
  await check(
    'duplicate-name',
    'context p { services [a, b] } context q { services [[|a|], [|b|], nobody, nobody] } service a { } service b { }',
    {
      message: /^the map of contexts has another entry named `a`$/,
      hint: /^A service stands in one context/,
      related: ['a'],
    },
  );
  await check('duplicate-name', 'context p { services [a, [|a|]] } service a { }');
});

test('duplicate-name: members share the rule', async () => {
  await check('duplicate-name', 'message A { x: int32 = 1 [|x|]: int64 = 2 }', {
    message: /the message `A` has another field/,
  });
  await check('duplicate-name', 'enum E { a = 0, [|a|] = 1 }');
  await check('duplicate-name', 'service s { rpc X() rpc [|X|]() }');
  await check('duplicate-name', 'service s { config { a: int32 [|a|]: secret } }');
  await check('duplicate-name', 'service s { rpc X(a: int32 = 1, [|a|]: int32 = 2) }', {
    message: /the parameters of `s.X`/,
  });
});

test('name-collision: fields and oneofs that protobuf cannot tell apart', async () => {
  await check('name-collision', 'message A { user_id: int32 = 1 [|userId|]: int32 = 2 }', {
    message: /^the field `userId` and the field `user_id` both become `user_id` in protobuf$/,
    related: ['user_id'],
  });
  await check('name-collision', 'message A { user_1: int32 = 1 [|user1|]: int32 = 2 }');
  await check('name-collision', 'message A { payWith: int32 = 1 oneof [|pay-with|] { b: int32 = 2 } }');
  await check('name-collision', 'message A { userId: int32 = 1 userIds: int32 = 2 } message B { user_id: int32 = 1 }');
});

test('name-collision: enum values, in one enum and across a package', async () => {
  await check('name-collision', 'enum E { onHold = 0, [|on_hold|] = 1 }', {
    message: /become `E_ON_HOLD` in protobuf/,
  });
  await check('name-collision', 'enum Order { status_a = 0 } enum OrderStatus { [|a|] = 0 }', {
    message: /ORDER_STATUS_A/,
  });
  await check('name-collision', 'enum Order { a = 0 } enum OrderStatus { a = 0 }');
});

test('name-collision: types of different kinds share the scope of their package', async () => {
  await check('name-collision', 'message Order { } enum [|Order|] { a = 0 }', {
    message: /^the enum `Order` and the message `Order` both become `Order` in protobuf$/,
  });
  await check('name-collision', 'message OrdersService { } service [|orders|] { grpc 1 }');
  // Without gRPC the service is not in protobuf.
  await check('name-collision', 'message OrdersService { } service orders { http 1 }');
  await check('name-collision', 'service a { grpc 1 as "x.Same" } service [|b|] { grpc 2 as "x.Same" }');
});

test('name-collision: inline parameters become a message', async () => {
  await check('name-collision', 'message PlaceRequest { } service s { rpc [|Place|](id: uuid = 1) }', {
    message: /the request of `s.Place` and the message `PlaceRequest` both become `PlaceRequest`/,
  });
  await check('name-collision', 'message PlaceRequest { } service s { rpc Place() }');
  await check('name-collision', 'service a { rpc Get(id: uuid = 1) } service b { rpc Get(id: uuid = 1) }');
});

test('name-collision: operations, handlers, services, gateways and settings', async () => {
  await check('name-collision', 'service s { rpc getOrder() rpc [|GetOrder|]() }', {
    message: /`getOrder` in the handlers of `s`/,
  });
  await check('name-collision', 'service s { rpc Paid() on E as [|paid|] { } } event E { }');
  await check('name-collision', 'service order-history { } service [|orderHistory|] { }', {
    message: /become `order-history` in the whole system/,
  });
  await check('name-collision', { 'a.svc': 'package a service s { }', 'b.svc': 'package b service [|s|] { }' });
  await check('name-collision', 'gateway webSite { } gateway [|web-site|] { }');
  await check('name-collision', 'service s { config { pageSize: int32 [|page_size|]: int32 } }', {
    message: /PAGE_SIZE/,
  });
  await check('name-collision', 'service orders { } service order { } gateway orders { }');
});

test('syntax: the protobuf name of a service', async () => {
  await check('syntax', 'service s { grpc 1 as [|"9x..y"|] }', {
    message: /^"9x..y" is no name of a protobuf service$/,
    hint: /hipstershop/,
  });
  await check('syntax', 'external e { url "https://e.example"  grpc 1 as [|""|] }  service s { grpc 1 as "a.b_1.C" }');
});

test('name-collision: environments are folders', async () => {
  await check('name-collision', 'system s { environment prod { } environment [|Prod|] { } }', {
    message: /the environment `Prod` and the environment `prod` both become `prod` in Kubernetes/,
    related: ['prod'],
  });
  await check('name-collision', 'system s { environment prod { } environment prod { } environment dev { } }');
});

test('duplicate-name: what an environment changes stands in one block', async () => {
  await check(
    'duplicate-name',
    'service a { } service b { } system s { environment prod { a { replicas 2 } b { replicas 2 } [|a|] { drain 5s } } environment dev { a { replicas 1 } } }',
    { message: /^the environment `prod` has another block named `a`$/, related: ['a'] },
  );
  await check('duplicate-name', 'system s { environment prod { nothing { } nothing { } } }');
});

test('name-collision: what a handler gets', async () => {
  await check('name-collision', 'service s { uses stock, [|Stock|] } service stock { } resource Stock redis', {
    message: /the resource `Stock` and the service `stock` both become `stock` in the handlers of `s`/,
  });
  await check('name-collision', 'service s { uses config } service [|config|] { }', {
    message: /the service `config` and a handler's own both become `config`/,
    related: ['config'],
  });
  await check('name-collision', 'service config { }');
  const events = { 'a.svc': 'package a event Paid { }', 'b.svc': 'package b event Paid { }' };
  await check('name-collision', { ...events, 's.svc': 'service s { rpc X() { publishes a.Paid, [|b.Paid|] } }' });
});

test('unused: declarations that nothing uses', async () => {
  await check('unused', 'message [|A|] { b: B = 1 } message B { }', { message: /^nothing uses the message `A`$/ });
  await check('unused', 'message [|A|] { a: A? = 1 }');
  await check('unused', 'enum [|E|] { a = 0 } type [|T|] = string error [|X|] 404 auth [|u|] key resource [|r|] redis');
  await check('unused', 'policy [|p|] { timeout 1s } policy q { } policy [|r|] extends q { }');
  await check(
    'unused',
    'service s { uses r auth u rpc X(t: T = 1) throws E { apply p } } resource r redis auth u key policy p { } type T = string error E 404',
  );
  await check('unused', 'event E on bus { } resource bus nats');
  await check('unused', 'service s { config { a: A } rpc X() -> map<string, B[]> } enum A { a = 0 } message B { }');
});

test('unused: a declaration goes with its documentation and its blank line', async () => {
  const event = 'event E { a: int32 = 1 }\n';
  await check(
    'unused',
    `${event}\n/// Once used.\n/// No more.\nmessage [|A|] {\n  a: int32 = 1\n}\n\n${event.replace('E', 'F')}`,
    {
      fixed: `${event}\n${event.replace('E', 'F')}`,
    },
  );
  await check('unused', `${event}\npolicy [|p|] { timeout 1s }\n`, { fixed: event });
  await check('unused', `${event}@deprecated("no") policy [|p|] { timeout 1s }\n`, { fixed: event });
  const [found] = await check('unused', '/// Why\n@deprecated("no")\npolicy [|p|] { timeout 1s }\n');
  assert.deepEqual(found?.fixes, []);
  // What only it uses would be next.
  const [outer] = await check('unused', `${event}message [|A|] { b: B = 1 }\nmessage B { c: int32 = 1 }\n`);
  assert.deepEqual(outer?.fixes, []);
  const [shared] = await check(
    'unused',
    'event E { b: B = 1 }\nmessage [|A|] { b: B = 1 }\nmessage B { c: int32 = 1 }\n',
  );
  assert.equal(shared?.fixes.length, 1);
});

test('unused: an import leaves no empty line', async () => {
  const common = 'package common\nmessage Money { a: int32 = 1 }\nevent X { m: Money = 1 }\n';
  const file = (imports: string): string => `package b\n\n${imports}event E { m: common.Money = 1 }\n`;
  await check('unused', { 'a.svc': common, 'b.svc': file('[|import common|]\n\n') }, { fixed: file('') });
  await check('unused', { 'a.svc': common, 'b.svc': file('[|import common.{Money}|]\n') }, { fixed: file('') });
});

test('unused: imports, whole and by name', async () => {
  const common = 'package common message Money { } message Id { } service users { grpc 1 rpc Get() }';
  await check('unused', {
    'a.svc': common,
    'b.svc': 'package b\n[|import common|]\n\nevent E { }',
    'c.svc': 'event X { a: common.Id = 1 b: common.Money = 2 }',
  });
  await check('unused', {
    'a.svc': common,
    'b.svc': 'package b import common.{Money, [|Id|]} event E { m: Money = 1 }',
    'c.svc': 'event X { a: common.Id = 1 }',
  });
  await check('unused', {
    'a.svc': common,
    'b.svc': 'package b import common.{users} service s { uses users with { timeout 1s } rpc X() { calls users.Get } }',
    'c.svc': 'event X { a: common.Id = 1 b: common.Money = 2 }',
  });
});

test('unused: silent while something cannot be read', async () => {
  await check('unused', 'message A { } service s { rpc X( }');
  await check('unused', 'message A { } event E { a: B = 1 }');
});

test('field-number: missing, and the fix numbers the fields', async () => {
  await check('field-number', 'message A { [|a|]: int32 b: int32 = 7 [|c|]: string? where length 1..2 }', {
    message: /^the field `a` has no number$/,
    fixed: 'message A { a: int32 = 8 b: int32 = 7 c: string? = 9 where length 1..2 }',
  });
  await check('field-number', 'message A { [|a|]: int32[]? [|b|]: map<string, A>  reserved 1, 3..5 }', {
    fixed: 'message A { a: int32[]? = 2 b: map<string, A> = 6  reserved 1, 3..5 }',
  });
  await check('field-number', 'service s { rpc X([|a|]: int32) }', { fixed: 'service s { rpc X(a: int32 = 1) }' });
});

test('field-number: values of an enum', async () => {
  await check('field-number', 'enum [|E|] { a, b }', {
    message: /^the values of the enum `E` have no numbers$/,
    fixed: 'enum E { a = 0, b = 1 }',
  });
  await check('field-number', 'enum E { a = 0, [|b|], [|c|] }', { fixed: 'enum E { a = 0, b = 1, c = 2 }' });
  await check('field-number', 'enum E { [|a|] }', { fixed: 'enum E { a = 0 }' });
  await check('field-number', 'enum E { a = 0, b = [|0|] }', { message: /has the number 0, which `a` has already/ });
  await check('field-number', 'enum E { a = 0, b = [|2147483648|] }');
  await check('field-number', 'enum E { a = 0, b = -1, c = 19000 }');
});

test('field-number: repeated, reserved, kept and out of range', async () => {
  await check('field-number', 'message A { a: int32 = 1 b: int32 = [|1|] }', {
    message: /^the field `b` has the number 1, which `a` has already$/,
    related: ['1'],
    fixed: 'message A { a: int32 = 1 b: int32 = 2 }',
  });
  await check('field-number', 'message A { a: int32 = [|3|] reserved 2..4 }', {
    message: /which is reserved/,
    fixed: 'message A { a: int32 = 5 reserved 2..4 }',
  });
  await check('field-number', 'message A { [|a|]: int32 = 1 reserved "a" }', { message: /the name `a` is reserved/ });
  await check(
    'field-number',
    'message A { a: int32 = [|19000|] b: int32 = [|19999|] c: int32 = 18999 d: int32 = 20000 }',
    {
      message: /protobuf keeps 19000 to 19999/,
    },
  );
  await check('field-number', 'message A { a: int32 = [|0|] b: int32 = [|536870912|] c: int32 = 536870911 }', {
    message: /has the number 0, which is outside 1..536870911/,
  });
  await check('field-number', 'message A { a: int32 = 1 reserved [|1000..99999999999999999999|] [|b|]: int32 }');
  await check('field-number', 'message A { oneof o { a: int32 = 1 b: int32 = [|1|] } }');
});

test('field-number: what is reserved', async () => {
  await check('field-number', 'message A { a: int32 = 1 reserved [|15..12|] }', {
    message: /^`15..12` reserves nothing: it ends before it begins$/,
    fixed: 'message A { a: int32 = 1 reserved 12..15 }',
  });
  const [taken] = await check('field-number', 'message A { a: int32 = 13 reserved [|15..12|] }');
  assert.deepEqual(taken?.fixes, []);
  await check('field-number', 'message A { a: int32 = 1 reserved [|-1|], [|0|], 536870911, [|5..536870912|] }', {
    message: /^`-1` reserves numbers outside 1..536870911, which no field can have$/,
  });
  await check('field-number', 'enum E { a = 0, reserved -5..-1, [|2147483648|] }');
  await check('field-number', 'message A { a: int32 = 1 reserved 2..5, 7, [|5..6|], [|3|], "x", "y", [|"x"|] }', {
    message: /^`5..6` is reserved twice$/,
    related: ['2..5'],
  });
  await check('field-number', 'message A { a: int32 = 1 reserved 2, 3..4 reserved 5 }');
});

test('field-number: a number that is no whole one is told once, by syntax', async () => {
  await check('field-number', 'message A { a: int32 = 1.5 } enum E { a = 0, b = 1.5, c = 2 } enum F { a = 0, b = x }');
});

test('enum-zero: no value 0', async () => {
  await check('enum-zero', 'enum [|E|] { a = 1, b = 2 }', { fixed: 'enum E { a = 1, b = 2, unknown = 0 }' });
  for (const more of ['Unknown = 2', 'reserved 0', 'reserved "unknown"']) {
    const [taken] = await check('enum-zero', `enum [|E|] { a = 1, ${more} }`);
    assert.deepEqual(taken?.fixes, [], more);
  }
  await check('enum-zero', 'enum [|E|] { }');
  await check('enum-zero', 'enum E { a = 1, b = 0 }');
  // Numbering it is what has to be done.
  await check('enum-zero', 'enum E { a, b = 1 }');
});

test('infinite-type: a message that contains itself', async () => {
  await check('infinite-type', 'message [|A|] { a: A = 1 }', {
    message: /^every `A` contains another `A` \(A.a → A\), so none is ever complete$/,
    related: ['A'],
    fixed: 'message A { a: A? = 1 }',
  });
  await check('infinite-type', 'message [|A|] { b: B = 1 } event B { c: C = 1 } error C 400 { a: T = 1 } type T = A', {
    message: /A.b → B.c → C.a → A/,
    related: ['B', 'C', 'T'],
  });
});

test('infinite-type: a field is made optional where it closes all loops of its message', async () => {
  const [twice] = await check('infinite-type', 'message [|A|] { a: A = 1 b: A = 2 }');
  assert.deepEqual(twice?.fixes, []);
  // Without `B.a` there would still be a loop over `C`, which is not told now.
  const [knot] = await check(
    'infinite-type',
    'message [|A|] { b: B = 1 } message B { a: A = 1 c: C = 2 } message C { a: A = 1 }',
  );
  assert.deepEqual(
    knot?.fixes.map(({ title }) => title),
    ['Make `A.b` optional'],
  );
});

test('infinite-type: `?`, `[]`, map and oneof end the chain', async () => {
  await check(
    'infinite-type',
    'message A { a: A? = 1 b: A[] = 2 c: map<string, A> = 3 oneof o { d: A = 4 } e: T = 5 } type T = A[]',
  );
});

test('infinite-type: a type that is defined by itself', async () => {
  await check('infinite-type', 'type [|A|] = B type B = A[]', {
    message: /the type `A` is defined by itself \(A → B → A\)/,
  });
  await check('infinite-type', 'type A = M type B = A message M { b: B? = 1 }');
});

test('infinite-type: policies that extend each other', async () => {
  await check(
    'infinite-type',
    'policy [|a|] extends b { }\npolicy b extends a { timeout 1s }\npolicy c extends a { }',
    {
      message: /`a` extends itself \(a → b → a\)/,
      related: ['b'],
    },
  );
});

test('unresolved-reference: settings of environments', async () => {
  await check(
    'unresolved-reference',
    'service s { config { size: int32 default 5 } }\nsystem y { environment p { s { config { [|siz 3|] size 4 } } } }',
    { message: /`s` has no setting `siz`/, hint: /`size`/ },
  );
});
