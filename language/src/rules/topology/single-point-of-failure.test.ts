import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const b = (replicas: string, name = 'b'): string => `service ${name} { rpc X()  deploy { replicas ${replicas} } }`;
const a = (promise: string, calls = 'b.X'): string =>
  `service a { uses b  slo { availability ${promise} }  rpc X() { calls ${calls} } }\n`;

test('single-point-of-failure: a single replica under a promise', async () => {
  await check('single-point-of-failure', `${a('99.9%')}${b('1..4', '[|b|]')}`, {
    message: /^`b` may have a single replica, and `a.X` cannot do without it, though `a` promises 99.9%$/,
    related: ['replicas 1..4', 'b.X'],
    fixed: `${a('99.9%')}${b('2..4')}`,
  });
  await check('single-point-of-failure', `${a('99.95%')}${b('1', '[|b|]')}`, { fixed: `${a('99.95%')}${b('2')}` });
  await check('single-point-of-failure', `${a('99.95%')}${b('0..1', '[|b|]')}`, {
    message: /may have no replica at all/,
    fixed: `${a('99.95%')}${b('2')}`,
  });
});

test('single-point-of-failure: two replicas, nothing said, or no such promise', async () => {
  await check('single-point-of-failure', `${a('99.9%')}${b('2..4')}`);
  await check('single-point-of-failure', `${a('99.9%')}service b { rpc X()  deploy { drain 9s } }`);
  await check('single-point-of-failure', `${a('99.89%')}${b('1')}`);
  await check('single-point-of-failure', `service a { uses b  rpc X() { calls b.X } } ${b('1')}`);
  const options = { rules: { 'single-point-of-failure': ['warning', { availability: 99 }] } } as const;
  await check('single-point-of-failure', `${a('99.89%')}${b('1', '[|b|]')}`, { options });
});

test('single-point-of-failure: what may fail is no need', async () => {
  await check('single-point-of-failure', `${a('99.9%', 'b.X?')}${b('1')}`);
  await check('single-point-of-failure', `${a('99.9%', 'b.X with { fallback [] }')}${b('1')}`);
  await check(
    'single-point-of-failure',
    `event E { } service a { uses b  slo { availability 99.9% }  on E { calls b.X } } ${b('1')}`,
  );
});

test('single-point-of-failure: through those who promise nothing, not through those who do', async () => {
  const through = (slo: string): string =>
    `${a('99.9%', 'm.X').replace('uses b', 'uses m')}service m { uses b  ${slo} rpc X() { calls b.X } }\n`;
  await check('single-point-of-failure', `${through('')}${b('1', '[|b|]')}`, { related: ['replicas 1', 'm.X'] });
  await check('single-point-of-failure', `${through('slo { availability 99% }')}${b('1')}`);
  await check('single-point-of-failure', `${through('slo { availability 99.99% }')}${b('1', '[|b|]')}`, {
    message: /`m.X` cannot do without it, though `m` promises 99.99%$/,
  });
});

test('single-point-of-failure: once, whoever needs it', async () => {
  await check(
    'single-point-of-failure',
    `${a('99.9%')}${a('99.99%').replace('service a', 'service z')}${b('1', '[|b|]')}`,
    {
      message: /`z.X` cannot do without it, though `z` promises 99.99%; so it is with 1 more service$/,
      related: ['replicas 1', 'b.X', 'b.X'],
    },
  );
});

test('single-point-of-failure: an environment that runs more', async () => {
  const system = (replicas: string): string => ` system s { environment e { b { replicas ${replicas} } } }`;
  await check('single-point-of-failure', `${a('99.9%')}${b('1')}${system('3')}`);
  await check('single-point-of-failure', `${a('99.9%')}${b('2')}${system('1')}`);
  await check(
    'single-point-of-failure',
    `service b { uses b  slo { availability 99.9% }  rpc X() { calls b.X }  deploy { replicas 1 } }`,
  );
});

test('single-point-of-failure: allowed at the service', async () => {
  const text = `${a('99.9%')}@allow(single-point-of-failure, "it holds a lock") ${b('1')}`;
  await check('single-point-of-failure', text);
  await check('unused-allow', text);
});
