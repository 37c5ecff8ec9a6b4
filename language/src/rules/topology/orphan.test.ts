import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('orphan: a service that nothing reaches', async () => {
  await check('orphan', 'service [|a|] { rpc X() { calls b.Y } } service b { rpc Y() }', {
    message: /^no gateway, caller or event reaches `a`$/,
  });
  await check('orphan', 'service [|a|] { }');
  await check('orphan', 'service [|a|] { rpc X() { calls a.Y } rpc Y() }');
  await check('orphan', 'event E { } service [|a|] { rpc X() { publishes E } }');
});

test('orphan: gateways, callers, fallbacks and events', async () => {
  await check('orphan', 'gateway g { serves a } service a { }');
  await check('orphan', 'gateway g { serves a.X } service a { rpc X() }');
  await check('orphan', 'event E { } service a { on E { calls b.Y } } service b { rpc Y() }');
  await check(
    'orphan',
    'gateway g { serves a } service a { uses b with { fallback c.Z } rpc X() { calls b.Y } } service b { rpc Y() } service c { rpc Z() }',
  );
  // Services that reach only each other are reached: call-cycle and service-cycle look at those.
  await check('orphan', 'service a { rpc X() { calls b.Y } } service b { rpc Y() { calls a.X } }');
});

test('orphan: silent where what cannot be read or found may reach it', async () => {
  await check('orphan', 'service a { } nonsense');
  await check('orphan', 'service a { } gateway g { serves b }');
  await check('orphan', 'service a { rpc X() { calls b.Y } }');
  await check('orphan', 'service [|a|] { rpc X() -> Nothing }');
});

test('orphan: allowed at the service', async () => {
  await check('orphan', '@allow(orphan, "a job of the cluster starts it") service a { }');
});
