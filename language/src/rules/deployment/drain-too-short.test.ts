import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const deploy = (drain: string): string => `deploy { resources { cpu 1 }  drain ${drain} }`;

test('drain-too-short: by how much, and which deadline', async () => {
  await check(
    'drain-too-short',
    `service a { rpc X() { deadline 45s } rpc Y() { deadline 40s } ${deploy('[|30s|]')} }`,
    {
      message:
        /^`a.X` may take 45s, and when `a` is stopped it has 30s \(by `drain`\), 15s too little: what still runs then is cut off$/,
      hint: /^Set `drain` to 45s or more, or lower the deadline of `a.X` to 30s\.$/,
      related: ['deadline 45s'],
      fixed: `service a { rpc X() { deadline 45s } rpc Y() { deadline 40s } ${deploy('45s')} }`,
    },
  );
  await check('drain-too-short', `service a { rpc X() { deadline 1500ms } ${deploy('[|1s|]')} }`, {
    message: /may take 1500ms, .* 1s \(by `drain`\), 500ms too little/,
  });
});

test('drain-too-short: deadlines of the service, of a policy, of a handler', async () => {
  await check('drain-too-short', `service a { deadline 20s rpc X() ${deploy('[|10s|]')} }`, {
    related: ['deadline 20s'],
  });
  await check('drain-too-short', `policy p { deadline 20s } service a { rpc X() { apply p } ${deploy('[|10s|]')} }`);
  await check('drain-too-short', `event E { } service a { on E { deadline 20s } ${deploy('[|10s|]')} }`, {
    message: /^`a.OnE` may take 20s/,
  });
  await check('drain-too-short', `service a { deadline 20s rpc X() { deadline none } ${deploy('10s')} }`);
  await check('drain-too-short', `service a { deadline 20s ${deploy('10s')} }`);
});

test('drain-too-short: 30 s where none is written', async () => {
  await check(
    'drain-too-short',
    'service [|a|] {\n  rpc X() { deadline 31s }\n\n  deploy {\n    resources { cpu 1 }\n  }\n}',
    {
      message: /when `a` is stopped it has 30s \(by default\), 1s too little/,
      fixed: 'service a {\n  rpc X() { deadline 31s }\n\n  deploy {\n    resources { cpu 1 }\n    drain 31s\n  }\n}',
    },
  );
  await check('drain-too-short', 'service [|a|] { rpc X() { deadline 31s } }');
  await check('drain-too-short', 'service a { rpc X() { deadline 30s } }');
  // Its grace period is that of its deadlines, unless it says something.
  await check('drain-too-short', 'service a { image "x:1" rpc X() { deadline 31s } }');
  await check('drain-too-short', `service a { image "x:1" rpc X() { deadline 31s } ${deploy('[|30s|]')} }`);
});

test('drain-too-short: long enough, no deadline, or a stream that is told to come again', async () => {
  await check('drain-too-short', `service a { rpc X() { deadline 30s } ${deploy('30s')} }`);
  await check('drain-too-short', `service a { rpc X() ${deploy('1s')} }`);
  await check(
    'drain-too-short',
    `message M { } service a { rpc X() -> stream M { deadline 1h } rpc Y(stream M) { deadline 1h } ${deploy('10s')} }`,
  );
});

test('drain-too-short: in an environment', async () => {
  const system = (own: string, override: string): string =>
    `service a { rpc X() { deadline 20s } ${own} } system s { environment prod { a { ${override} } } }`;
  await check('drain-too-short', system(deploy('20s'), 'drain [|5s|]'), {
    message: /when `a` in `prod` is stopped it has 5s/,
    fixed: system(deploy('20s'), 'drain 20s'),
  });
  await check('drain-too-short', system(deploy('[|10s|]'), 'replicas 4'));
  await check('drain-too-short', system(deploy('[|10s|]'), 'drain 1min'));
  await check(
    'drain-too-short',
    `${system(deploy('20s'), 'drain 5s')}`.replace('drain 5s } }', 'drain 5s } a { drain 30s } }'),
  );
});

test('drain-too-short: allowed at the operation or the service', async () => {
  const allow = '@allow(drain-too-short, "its caller tries again")';
  await check('drain-too-short', `service a { ${allow} rpc X() { deadline 45s } ${deploy('30s')} }`);
  await check(
    'drain-too-short',
    `${allow} service a { rpc X() { deadline 45s } } system s { environment e { a { drain 1s resources { cpu 1 } } } }`,
  );
});
