import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('service-cycle: services in a loop, at its first call, hop by hop', async () => {
  await check(
    'service-cycle',
    'service a { rpc X() { calls [|b.Y|] } rpc Z() } service b { rpc Y() rpc V() { calls a.Z } }',
    {
      message: /^`a` calls `b`, and so depends on itself \(a → b → a\), though no operation calls itself$/,
      related: ['a.Z'],
    },
  );
  await check(
    'service-cycle',
    'service c { rpc X() { calls a.Z } } service a { rpc X() { calls [|b.Y|] } rpc Z() }' +
      ' service b { rpc Y() rpc V() { calls d.W } } service d { rpc W() rpc U() { calls a.Z } }',
    { message: /\(a → b → d → a\)/, related: ['d.W', 'a.Z'] },
  );
  // An event handler calls as an operation does.
  await check(
    'service-cycle',
    'event E { } service a { on E { calls [|b.Y|] } rpc Z() } service b { rpc Y() rpc V() { calls a.Z } }',
  );
});

test('service-cycle: what call-cycle reports is not reported again', async () => {
  await check('service-cycle', 'service a { rpc X() { calls b.Y } } service b { rpc Y() { calls a.X } }');
  // The loop of operations opens when either call goes; the other way between the services stays one way.
  await check(
    'service-cycle',
    'service a { rpc X() { calls b.Y } rpc Z() { calls b.V } } service b { rpc Y() { calls a.X } rpc V() }',
  );
  await check(
    'service-cycle',
    'service a { rpc X() { calls b.Y } rpc Z() { calls [|b.V|] } rpc W() }' +
      ' service b { rpc Y() { calls a.X } rpc V() rpc U() { calls a.W } }',
  );
});

test('service-cycle: no loop', async () => {
  await check('service-cycle', 'service a { rpc X() { calls a.Y } rpc Y() }');
  await check(
    'service-cycle',
    'service a { rpc X() { calls b.Y & c.Z } } service b { rpc Y() { calls c.Z } } service c { rpc Z() }',
  );
  await check(
    'service-cycle',
    'service a { rpc X() { calls b.Y } rpc Z() } service b { rpc Y() rpc V() { calls a.Q } }',
  );
  await check('service-cycle', 'service a { rpc X() { calls e.Y } rpc Z() } external e { rpc Y() }');
});

test('service-cycle: allowed at any call of the loop', async () => {
  const a = 'service a { uses b rpc X() { calls b.Y } rpc Z() }';
  const b = 'service b { uses a rpc Y() rpc V() { calls a.Z } }';
  const allow = '@allow(service-cycle, "one team")';
  await check('service-cycle', `${a.replace('calls', `calls ${allow}`)} ${b}`);
  await check('service-cycle', `${a} ${b.replace('calls', `calls ${allow}`)}`);
  await check('service-cycle', `${a} ${b.replace('uses', `${allow} uses`)}`);
  await check('service-cycle', `${a} ${allow} ${b}`);
});
