import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../../syntax/read.ts';
import { check } from '../check-fixture.ts';
import { check as checkModel } from '../index.ts';

test('event-loop: a handler that publishes what it handles', async () => {
  await check('event-loop', 'event [|E|] { } service a { on E { publishes E } }', {
    message: /^handling `E` leads to publishing it again \(E → a.OnE → E\): one event may go round without end$/,
    related: ['E', 'E'],
  });
});

test('event-loop: through other events and calls, hop by hop', async () => {
  await check(
    'event-loop',
    [
      'event [|Placed|] { } event Shipped { }',
      'service shipping { on Placed as Dispatch { publishes Shipped } }',
      'service orders { uses stock on Shipped as Follow { calls stock.Take? } }',
      'service stock { uses desk rpc Take() { calls desk.Order * 2 } }',
      'service desk { rpc Order() { publishes Placed via outbox } }',
    ].join('\n'),
    {
      message: /\(Placed → shipping.Dispatch → Shipped → orders.Follow → stock.Take → desk.Order → Placed\)/,
      related: ['Placed', 'Shipped', 'Shipped', 'stock.Take', 'desk.Order', 'Placed'],
    },
  );
});

test('event-loop: once, at the first of its events in the order of files', async () => {
  const events = { 'b.svc': 'package p event E { }', 'a.svc': 'package p event [|F|] { }' };
  await check('event-loop', {
    ...events,
    'c.svc': 'package p service a { on E { publishes F } on F { publishes E } }',
  });
});

test('event-loop: loops that share an event are told apart, and a loop of calls inside hides none', async () => {
  await check(
    'event-loop',
    'event [|[|E|]|] { } event F { } event G { } service a { on E as A { publishes F } on E as B { publishes G } on F { publishes E } on G { publishes E } }',
    { message: [/E → a.A → F → a.OnF → E/, /E → a.B → G → a.OnG → E/] },
  );
  await check(
    'event-loop',
    'event [|E|] { } service a { on E { calls b.X } } service b { rpc X() { calls b.Y } rpc Y() { calls b.X publishes E } }',
    { message: /E → a.OnE → b.X → b.Y → E/ },
  );
});

test('event-loop: no way back, a loop of calls alone, or an event that others publish', async () => {
  await check('event-loop', 'event E { } event F { } service a { on E { publishes F } rpc X() { publishes E } }');
  await check('event-loop', 'service a { rpc X() { calls a.X } }');
  await check('event-loop', 'event E { } service a { on E { calls c.X } } external c { rpc X() publishes E }');
  await check('event-loop', 'event E { } service a { on E { publishes Nothing calls nobody.X } }');
});

test('event-loop: allowed at any step of it', async () => {
  const loop = (event: string, handler: string, operation: string): string =>
    `${event} event E { } service a { ${handler} on E { calls b.X } } service b { ${operation} rpc X() { publishes E } }`;
  const allow = '@allow(event-loop, "ends with the last page")';
  await check('event-loop', loop(allow, '', ''));
  await check('event-loop', loop('', allow, ''));
  await check('event-loop', loop('', '', allow));
});

test('event-loop: rings of thousands of events end', async () => {
  const size = 3000;
  const events = Array.from(
    { length: size },
    (_, i) => `event E${i} { } service s${i} { on E${i} { publishes E${(i + 1) % size} } }`,
  );
  const found = checkModel(await readModel([{ path: 'main.svc', text: events.join('\n') }]));
  const [loop, ...others] = found.filter(({ rule }) => rule === 'event-loop');
  assert.match(
    loop?.message ?? '',
    /\(E0 → s0.OnE0 → E1 → s1.OnE1 → E2 → s2.OnE2 → … 5989 more … → s2997.OnE2997 → .* → E0\)/,
  );
  assert.equal(loop?.related.length, 2 * size);
  assert.deepEqual(others, []);
});
