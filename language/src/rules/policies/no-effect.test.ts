import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('no-effect: what guards calls, where they arrive', async () => {
  await check(
    'no-effect',
    'service s { [|timeout 5s|]  deadline 9s  rpc X() { [|retry { attempts 2 }|]  limit { rate 1/s }  cache { ttl 1s } } }',
    { message: [/`timeout` has no effect here/, /`retry`/], hint: /`deadline` says how long/ },
  );
  await check('no-effect', 'gateway g { host "h"  [|breaker { of 3 }|]  limit { rate 1/s } }');
});

test('no-effect: a limit of a gateway by what only services know', async () => {
  await check('no-effect', 'gateway g { host "h"  [|limit { rate 1/s  key principal }|] }', {
    message: /`key principal` has no effect here/,
  });
  await check('no-effect', 'policy p { limit { rate 1/s  key field user } }\ngateway g { host "h"  apply [|p|] }');
  await check('no-effect', 'policy p { limit { rate 1/s  key client.ip } }\ngateway g { host "h"  apply p }');
});

test('no-effect: an applied policy of which nothing can be applied', async () => {
  await check('no-effect', 'policy p { timeout 1s }\nservice s { rpc X() { apply [|p|] } }', {
    hint: /`deadline`, `limit`/,
  });
  await check('no-effect', 'policy p { limit { rate 1/s } }\npolicy q extends p { timeout 1s }\nservice s { apply q }');
});

test('no-effect: `shed` on the calling side', async () => {
  await check(
    'no-effect',
    'service a { uses b with { [|shed|] }  rpc X() { calls b.Y with { [|shed { lag 1s }|] } } }\nservice b { shed  rpc Y() }\nsystem s { defaults { [|shed|] timeout 1s } }',
  );
});

test('no-effect: the handler of an event has a deadline alone', async () => {
  await check(
    'no-effect',
    'event E { a: string = 1 }\nservice s { on E { [|retry { attempts 3 }|]  deadline 2s  attempts 3 } }',
    {
      hint: /`attempts` and `backoff`/,
    },
  );
});

test('no-effect: parts and credentials at an external', async () => {
  await check(
    'no-effect',
    'auth u key\nexternal e { url "https://e"  [|timeout 1s|]  rpc X() { [|auth u|]  reads } }',
    {
      hint: /`uses e with/,
    },
  );
});

test('no-effect: a policy for a resource', async () => {
  await check(
    'no-effect',
    'policy p { timeout 1s }\nresource db postgres\nservice a { uses b, [|db|] with p }\nservice b { }',
    {
      message: /`db` is a resource/,
    },
  );
});

test('no-effect: another policy for a second call of one operation', async () => {
  const service = (calls: string) => `service a { uses b  rpc X() { calls ${calls} } }\nservice b { rpc Y() }`;
  await check('no-effect', service('b.Y, b.Y with [|{ timeout 1s }|]'), { related: ['b.Y'] });
  await check('no-effect', service('b.Y with { timeout 1s }, b.Y * 2, b.Y with { timeout 1s }'));
  await check('no-effect', service('b.Y with { retry { attempts 2 } }, b.Y with { retry { attempts 2 } }'));
});

test('no-effect: `auth none` beside another', async () => {
  await check('no-effect', 'auth u key\nservice s { auth u  [|auth none|]  rpc X() { auth none } }');
});

test('no-effect: probes', async () => {
  await check(
    'no-effect',
    'resource db postgres\nservice s { uses db  health { live { needs [|db|] }  ready { needs db } } }',
  );
  await check('no-effect', 'service s { health { [|startup /s { failures 9 }|] } }');
  await check(
    'no-effect',
    'service s { image "x:1"  health { startup /s } }\nservice t { health { startup { failures 9 } } }',
  );
});
