import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const callee = 'service b { grpc 1 rpc R() { reads } rpc P() { idempotent } }';
const system = (parts: string, calls: string, more = ''): string =>
  `service a { uses b with { ${parts} } rpc X() { calls ${calls} } } ${callee} ${more}`;

test('retries-cannot-fit: how many fit, with the arithmetic', async () => {
  await check(
    'retries-cannot-fit',
    system('timeout 1s  deadline 2s  retry { attempts 4  backoff 100ms..1s  jitter none  on [timeout] }', '[|b.R|]'),
    {
      message:
        /^of 4 attempts to call `b.R` from `a.X` only 2 fit into the `deadline` of 2s: when each runs into its `timeout`, the next can start after 2 × 1s \+ 300ms of backoff = 2300ms at the earliest$/,
      // 3 × 1s and 100ms, 200ms, 400ms.
      hint: /^Lower `attempts` to 2, or raise `deadline` above 3700ms, /,
      related: ['timeout 1s', 'deadline 2s', 'retry { attempts 4  backoff 100ms..1s  jitter none  on [timeout] }'],
      fixed: system(
        'timeout 1s  deadline 2s  retry { attempts 2  backoff 100ms..1s  jitter none  on [timeout] }',
        'b.R',
      ),
    },
  );
});

test('retries-cannot-fit: chance makes backoff as short as its jitter lets it', async () => {
  const parts = (jitter: string, deadline: string): string =>
    `timeout 1s  deadline ${deadline}  retry { attempts 3  backoff 100ms..150ms  jitter ${jitter}  on [timeout] }`;
  // 2 × 1s, and of 100ms and 150ms all, half or nothing.
  await check('retries-cannot-fit', system(parts('none', '2250ms'), '[|b.R|]'));
  await check('retries-cannot-fit', system(parts('none', '2251ms'), 'b.R'));
  await check('retries-cannot-fit', system(parts('equal', '2125ms'), '[|b.R|]'), {
    message: /\+ 125ms of backoff = 2125ms/,
  });
  await check('retries-cannot-fit', system(parts('equal', '2126ms'), 'b.R'));
  await check('retries-cannot-fit', system(parts('full', '2s'), '[|b.R|]'), {
    message: /after 2 × 1s = 2s at the earliest/,
  });
  await check('retries-cannot-fit', system(parts('full', '2001ms'), 'b.R'));
});

test('retries-cannot-fit: the defaults of `retry`, a single attempt, and millions', async () => {
  await check('retries-cannot-fit', system('timeout 1s  deadline 1s  retry { }', '[|b.R|]'), {
    message: /^of 3 attempts .* only 1 fits into/,
    fixed: system('timeout 1s  deadline 1s  retry { }', 'b.R with { retry none }'),
  });
  await check(
    'retries-cannot-fit',
    system('timeout 1s  deadline 2s  retry { attempts 9000000000  backoff 1ms..9ms }', '[|b.R|]'),
  );
  await check('retries-cannot-fit', system('timeout 1us  deadline 30d  retry { attempts 3  backoff 0ms..0ms }', 'b.R'));
});

test('retries-cannot-fit: nothing to fit, or nothing to fit into', async () => {
  await check('retries-cannot-fit', system('timeout 1s  deadline 1s  retry { attempts 1  on [timeout] }', 'b.R'));
  await check('retries-cannot-fit', system('timeout 1s  retry { attempts 9  on [timeout] }', 'b.R'));
  await check('retries-cannot-fit', system('deadline 1s  retry { attempts 9  on [timeout] }', 'b.R'));
  await check('retries-cannot-fit', system('timeout 1s  deadline 1s  retry { attempts 3 }', 'b.R with { retry none }'));
  await check(
    'retries-cannot-fit',
    system('timeout 1s  deadline 1s  retry { attempts 3 }', 'b.R with { deadline none }'),
  );
  // What cannot connect is told at once.
  await check('retries-cannot-fit', system('timeout 1s  deadline 1s  retry { attempts 3  on [connect] }', 'b.R'));
  await check('retries-cannot-fit', system('timeout 1s  deadline 1s  retry { attempts 3  on [] }', 'b.R'));
  // Said by `timeout-over-deadline`.
  await check('retries-cannot-fit', system('timeout 2s  deadline 1s  retry { attempts 3 }', 'b.R'));
});

test('retries-cannot-fit: one policy is one cause, and is mended where it is written', async () => {
  const shared = (attempts: string): string =>
    `policy p { timeout 1s  deadline 2s  retry { attempts ${attempts}  on [timeout] } }`;
  const source = (marked: string, policy: string): string =>
    `service a { uses b with p rpc X() { calls ${marked} & b.P * 2 } on E { calls b.R? } } ${callee} event E { } ${policy}`;
  await check('retries-cannot-fit', source('[|b.R|]', shared('3')), {
    message: /; so it is with 2 more calls$/,
    related: ['timeout 1s', 'deadline 2s', 'retry { attempts 3  on [timeout] }', 'b.P', 'b.R'],
    fixed: source('b.R', shared('2')),
  });
  await check(
    'retries-cannot-fit',
    `service a { uses b rpc X() { calls [|b.R|] } } ${callee} system s { defaults { timeout 1s  deadline 2s  retry { attempts 3  on [timeout] } } }`,
    {
      message: /`a.X`/,
      fixed: `service a { uses b rpc X() { calls b.R } } ${callee} system s { defaults { timeout 1s  deadline 2s  retry { attempts 2  on [timeout] } } }`,
    },
  );
});

test('retries-cannot-fit: calls whose policy others have as well get a `retry` of their own', async () => {
  const policy = 'policy p { timeout 1s  retry { attempts 3  on [timeout]  budget 10% } }';
  const source = (calls: string): string =>
    `service a {\n  uses b with p\n  rpc X() {\n    calls ${calls}\n  }\n}\n${callee} ${policy}`;
  const own = 'retry { attempts 2  backoff 25ms..250ms  jitter full  on [timeout]  budget 10% }';
  await check('retries-cannot-fit', source('[|b.R|] * 2 ? with { deadline 2s }, b.P'), {
    fixed: source(`b.R * 2 ? with { ${own}  deadline 2s }, b.P`),
  });
  await check('retries-cannot-fit', source('[|b.R|] with p {\n      deadline 2s\n    }, b.P'), {
    fixed: source(`b.R with p {\n      ${own}\n      deadline 2s\n    }, b.P`),
  });
  await check('retries-cannot-fit', source('[|b.R|] with { timeout 3s  deadline 3s }, b.P'), {
    fixed: source(`b.R with { retry none  timeout 3s  deadline 3s }, b.P`),
  });
});

test('retries-cannot-fit: an `@allow` speaks of the calls below it', async () => {
  const allow = '@allow(retries-cannot-fit, "most fail at once")';
  const parts = 'timeout 1s  deadline 2s  retry { attempts 3  on [timeout] }';
  await check('retries-cannot-fit', system(parts, `${allow} b.R, [|b.P|]`), {
    message: /only 2 fit into the `deadline` of 2s.*earliest$/,
  });
  await check(
    'retries-cannot-fit',
    `${allow} policy p { ${parts} } service a { uses b with p rpc X() { calls b.R } } ${callee}`,
  );
  await check('retries-cannot-fit', `service a { ${allow} uses b with { ${parts} } rpc X() { calls b.R } } ${callee}`);
  await check('unused-allow', system(parts, `${allow} b.R, b.P`));
});

test('retries-cannot-fit: a service that calls itself, and policies that extend each other', async () => {
  await check(
    'retries-cannot-fit',
    'service a { uses a with p rpc X() { calls [|a.X|] } } policy p extends q { timeout 1s } policy q extends p { deadline 1s  retry { } }',
  );
});
