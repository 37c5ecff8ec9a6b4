import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const ready = (needs: Readonly<Record<string, string>>): string =>
  Object.entries(needs)
    .map(([name, need]) => `service ${name} { health { ready /r { ${need === '' ? '' : `needs ${need}`} } } }`)
    .join('\n');

test('readiness-cycle: a loop, at its first need, hop by hop', async () => {
  await check('readiness-cycle', ready({ a: '[|b|]', b: 'c', c: 'a' }), {
    message:
      /^`a` gets ready only when `b` is, and so only when it is ready itself \(a → b → c → a\): after a cold start none of them ever does$/,
    related: ['c', 'a'],
  });
  await check('readiness-cycle', ready({ a: '[|a|]' }), { message: /^`a` gets ready only when it is ready: it never/ });
  await check('readiness-cycle', ready({ a: 'b', b: '[|c|]', c: 'b' }));
  await check('readiness-cycle', ready({ a: '[|b|], [|c|]', b: 'a', c: 'a' }));
});

test('readiness-cycle: no loop, no service, no `ready`', async () => {
  await check('readiness-cycle', ready({ a: 'b, c', b: 'c', c: '' }));
  await check('readiness-cycle', `${ready({ a: 'b', b: 'nobody' })} resource c postgres`);
  await check(
    'readiness-cycle',
    'service a { health { live /l { needs b } } } service b { health { ready /r { needs a } } }',
  );
});

test('readiness-on-peer: a service or an external, not a resource', async () => {
  await check('readiness-on-peer', `${ready({ a: '[|b|], db, [|e|]', b: '' })} external e { } resource db postgres`, {
    message: /^`a` is ready only while `b` is: an outage of `b` takes every replica of `a` out with it$/,
    hint: /^Remove `b` from what `ready` needs/,
  });
  await check('readiness-on-peer', ready({ a: '[|b|], b', b: '' }));
  await check('readiness-on-peer', 'service a { health { startup /s { needs b } } } service b { }');
  await check('readiness-on-peer', ready({ a: 'nobody' }));
  // Of one name, the resource is what is asked.
  await check('readiness-on-peer', `${ready({ a: 'b', b: '' })} resource b redis`);
});

test('readiness-on-peer: the needs of a loop are told by readiness-cycle alone', async () => {
  await check('readiness-on-peer', ready({ a: 'b', b: 'a, [|c|]', c: '', d: '[|a|]' }));
  await check('readiness-on-peer', ready({ a: 'a' }));
});

test('readiness rules: allowed at the service; a loop at any of its services', async () => {
  const [a, b, c] = ready({ a: 'b', b: 'a', c: '' }).split('\n') as [string, string, string];
  await check('readiness-cycle', `@allow(readiness-cycle, "no") ${a} ${b}`);
  await check('readiness-cycle', `${a} @allow(readiness-cycle, "no") ${b}`);
  await check('readiness-on-peer', `@allow(readiness-on-peer, "no") ${a.replace('needs b', 'needs c')} ${c}`);
});
