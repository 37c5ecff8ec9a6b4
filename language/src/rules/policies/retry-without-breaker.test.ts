import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const external = 'external e { url "https://e" rpc R() { route GET /r } rpc S() { route GET /s } }';

test('retry-without-breaker: towards what others run', async () => {
  const source = (parts: string, calls = '[|e.R|]'): string =>
    `service a { uses e with { timeout 1s  ${parts} } rpc X() { calls ${calls} } } ${external}`;
  await check('retry-without-breaker', source('retry { attempts 4 }'), {
    message:
      /^`a.X` tries `e.R` up to 4 times with no `breaker`, and `e` is run by others: while it is down, each call waits for 4 failures$/,
    related: ['retry { attempts 4 }'],
  });
  await check('retry-without-breaker', source('retry { }  breaker none'));
  await check('retry-without-breaker', source('retry { }', '[|e.R|] * 2 ?, e.S'), {
    message: /; so it is with 1 more call$/,
    related: ['retry { }', 'e.S'],
  });
  await check('retry-without-breaker', source('retry { }  breaker { }', 'e.R'));
  await check('retry-without-breaker', source('retry { attempts 1 }', 'e.R'));
  await check('retry-without-breaker', source('retry { }', 'e.R with { retry none }'));
  await check('retry-without-breaker', `${source('retry { }', 'e.R')} system s { defaults { breaker { } } }`);
});

test('retry-without-breaker: towards another context', async () => {
  const source = (call: string, contexts: string): string =>
    `service a { uses b, c with { timeout 1s  retry { } } rpc X() { calls ${call}, c.R } } service b { grpc 1 rpc R() { reads } } service c { grpc 1 rpc R() { reads } } ${contexts}`;
  await check('retry-without-breaker', source('[|b.R|]', 'context k { services [a, c] } context l { services [b] }'), {
    message: /`b` is of another context, `l`/,
  });
  await check('retry-without-breaker', source('b.R', 'context k { services [a, b] }'));
  await check('retry-without-breaker', source('b.R', 'context k { services [a] }'));
  await check('retry-without-breaker', source('b.R', 'context l { services [b, nobody] }'));
});

test('retry-without-breaker: an `@allow` at the call, or above the external', async () => {
  const allow = '@allow(retry-without-breaker, "once a day")';
  const source = (call: string): string =>
    `service a { uses e with { timeout 1s  retry { } } rpc X() { calls ${call} } }`;
  await check('retry-without-breaker', `${source(`${allow} e.R`)} ${external}`);
  await check('retry-without-breaker', `${source('e.R')} ${allow} ${external}`);
});
