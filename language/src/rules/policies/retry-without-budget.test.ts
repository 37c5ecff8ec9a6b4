import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const target = 'service t { grpc 1 rpc R() { reads } rpc S() { reads } }';
const caller = (name: string, calls: string, retry: string): string =>
  `service ${name} { uses t with { timeout 1s  ${retry} } rpc X() { calls ${calls} } }`;
const two = `${caller('a', 't.R', 'retry { budget 10% }')} ${caller('b', 't.S', 'retry { budget 10% }')}`;

test('retry-without-budget: three callers, and one of them says no budget', async () => {
  await check('retry-without-budget', `${two} ${caller('c', '[|t.R|]', 'retry { attempts 2 }')} ${target}`, {
    message:
      /^`c.X` retries `t.R` with no `budget` of its own, and 3 services retry into `t` \(a, b, c\): each may add 20% to what it asks/,
    related: ['retry { attempts 2 }'],
    fixed: `${two} ${caller('c', 't.R', 'retry { attempts 2  budget 20% }')} ${target}`,
  });
});

test('retry-without-budget: services are counted, not calls', async () => {
  await check('retry-without-budget', `${two} ${target}`);
  await check(
    'retry-without-budget',
    `${caller('a', 't.R, t.S * 5', 'retry { }')} ${caller('b', 't.R & t.S', 'retry { }')} ${target}`,
  );
  await check('retry-without-budget', `${two} ${caller('c', 't.R', 'retry { attempts 1 }')} ${target}`);
  await check('retry-without-budget', `${two} ${caller('c', 't.R', 'retry none')} ${target}`);
  await check('retry-without-budget', `${two} ${caller('c', 't.R', 'retry { budget 0% }')} ${target}`);
});

test('retry-without-budget: so many as the settings say', async () => {
  const options = { rules: { 'retry-without-budget': ['warning', { callers: 2 }] } } as const;
  const source = (call: string, other: string): string =>
    `${caller('a', call, 'retry { }')} ${caller('b', 't.R', other)} ${target}`;
  await check('retry-without-budget', source('[|t.R|]', 'retry { budget 1% }'), { options });
  await check('retry-without-budget', source('t.R', 'retry none'), { options });
});

test('retry-without-budget: one policy is one cause, also when it is written in lines', async () => {
  const services = (marked: string): string =>
    ['a', 'b', 'c', 'd', 'e']
      .map((name, i) => `service ${name} { uses t with p rpc X() { calls ${i === 0 ? marked : 't.R'} } }`)
      .join('\n');
  const policy = (budget: string): string =>
    `policy p {\n  timeout 1s\n  retry {\n    attempts 2  // one more\n${budget}  }\n}`;
  await check('retry-without-budget', `${services('[|t.R|]')}\n${policy('')}\n${target}`, {
    message: /\(a, b, c and 2 more\).*; so it is with 4 more calls$/,
    fixed: `${services('t.R')}\n${policy('    budget 20%\n')}\n${target}`,
  });
});

test('retry-without-budget: externals are called by many as well, and services by themselves', async () => {
  const external = 'external t { url "https://t" rpc R() { route GET /r } }';
  await check(
    'retry-without-budget',
    `${caller('a', '[|t.R|]', 'retry { } breaker { }')} ${caller('b', 't.R', 'retry { budget 1% } breaker { }')} ${caller('c', 't.R', 'retry { budget 1% } breaker { }')} ${external}`,
  );
  await check('retry-without-budget', 'service a { uses a with { timeout 1s retry { } } rpc X() { reads calls a.X } }');
});
