import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('event-without-consumer: published, never consumed', async () => {
  await check(
    'event-without-consumer',
    'event [|Placed|] { }\nservice a { rpc X() { publishes Placed } rpc Y() { publishes Placed via outbox } }\nexternal c { publishes Placed }',
    {
      message: /^`a.X`, `a.Y` and `c` publish `Placed`, and nothing consumes it$/,
      hint: /`on Placed \{ … \}`/,
      related: ['Placed', 'Placed', 'Placed'],
    },
  );
  await check(
    'event-without-consumer',
    'event E { } event [|F|] { } service a { on E { publishes F } on E as B { } }',
    {
      message: /^`a.OnE` publishes `F`/,
    },
  );
});

test('event-without-consumer: of many publishers the first are named', async () => {
  const operations = Array.from({ length: 9 }, (_, i) => `rpc X${i}() { publishes E }`);
  await check('event-without-consumer', `event [|E|] { } service a { ${operations.join(' ')} }`, {
    message: /^`a.X0`, `a.X1`, `a.X2` and 6 more publish `E`/,
  });
});

test('event-without-consumer: consumed somewhere, published nowhere, or not all could be read', async () => {
  await check('event-without-consumer', {
    'p.svc': 'package p event E { } service a { rpc X() { publishes E } }',
    'q.svc': 'package q import p service b { on E { } }',
  });
  await check('event-without-consumer', 'event E { }');
  await check('event-without-consumer', 'event E { } service a { rpc X() { publishes E } on Nothing { } }');
  await check(
    'event-without-consumer',
    'event E { } service a { @allow(event-without-consumer, "others consume it") rpc X() { publishes E } }',
  );
});

test('event-without-publisher: consumed, and nobody publishes it', async () => {
  await check(
    'event-without-publisher',
    'event [|Paid|] { }\nservice a { on Paid { } on Paid as Again { } }\nservice b { on Paid as Third { } }',
    {
      message: /^`a.OnPaid`, `a.Again` and `b.Third` wait for `Paid`, and nothing publishes it$/,
      hint: /`publishes Paid`/,
      related: ['Paid', 'Paid', 'Paid'],
    },
  );
});

test('event-without-publisher: published by an operation, a handler or an external, or not all could be read', async () => {
  await check('event-without-publisher', 'event E { } service a { on E { } } service b { rpc X() { publishes E } }');
  await check('event-without-publisher', 'event E { } event F { } service a { on E { } on F { publishes E, F } }');
  await check('event-without-publisher', 'event E { } service a { on E { } } external c { publishes E }');
  await check('event-without-publisher', 'event E { } service a { on E { } rpc X() { publishes Ee } }');
  await check(
    'event-without-publisher',
    'event E { } service a { @allow(event-without-publisher, "a batch job does") on E { } }',
  );
});

test('no-dead-letter: what could not be handled is lost', async () => {
  await check(
    'no-dead-letter',
    'event E { }\n\nservice a {\n  on E as [|Note|] {\n    attempts 3\n  }\n\n  on [|E|] { attempts 1 }\n}',
    {
      message: [/^`a.Note` loses each `E` that it could not handle in 3 attempts$/, /in 1 attempt$/],
      hint: /`dead-letter none` where losing them is meant/,
      fixed:
        'event E { }\n\nservice a {\n  on E as Note {\n    attempts 3\n    dead-letter\n  }\n\n  on E { attempts 1 }\n}',
    },
  );
  await check('no-dead-letter', 'event E { } service a { on [|E|] { attempts 3 } }', {
    fixed: 'event E { } service a { on E { attempts 3  dead-letter } }',
  });
  await check('no-dead-letter', 'event E { } service a { on [|E|] {} }', {
    message: /in 5 attempts$/,
    fixed: 'event E { } service a { on E { dead-letter } }',
  });
});

test('no-dead-letter: kept, or lost on purpose', async () => {
  await check('no-dead-letter', 'event E { } service a { on E { dead-letter } on E as B { dead-letter none } }');
  await check('no-dead-letter', 'event E { } service a { @allow(no-dead-letter, "a cache") on E { } }');
});

test('no-dead-letter: no mend where the end of the handler could not be read', async () => {
  const [found] = await check('no-dead-letter', 'event E { } service a { on [|E|] { attempts 2 ');
  assert.deepEqual(found?.fixes, []);
});

const ledger = 'service b { grpc 1 rpc W() rpc R() { reads } rpc P() { idempotent by header "Idempotency-Key" } }';

test('redelivery-unsafe: a consumer calls a write', async () => {
  await check(
    'redelivery-unsafe',
    `event E { } service a { uses b on E { calls [|b.W|] & b.R, b.P } rpc X() { calls b.W } } ${ledger}`,
    {
      message:
        /^`a.OnE` calls `b.W`, a write, for each delivery of `E`, and one that fails is delivered up to 5 times: done twice, it has happened twice$/,
      hint: /^Make `b.W` `idempotent`/,
      related: ['W'],
    },
  );
  await check('redelivery-unsafe', `event E { } service a { uses b on E { attempts 1 calls [|b.W|]? } } ${ledger}`, {
    message: /even with `attempts 1` one that was handled but not acknowledged is delivered again/,
  });
  await check('redelivery-unsafe', 'event E { } service a { on E { calls [|c.X|] * 2 } } external c { rpc X() }');
});

test('redelivery-unsafe: what may be repeated, what is not found, and where it is allowed', async () => {
  await check('redelivery-unsafe', `event E { } service a { uses b on E { calls b.R, b.P, b.Nothing } } ${ledger}`);
  await check(
    'redelivery-unsafe',
    `event E { } service a { uses b on E { calls @allow(redelivery-unsafe, "a counter") b.W } } ${ledger}`,
  );
  await check(
    'redelivery-unsafe',
    `event E { } service a { @allow(redelivery-unsafe, "a counter") uses b on E { calls b.W } } ${ledger}`,
  );
  await check(
    'redelivery-unsafe',
    'event E { } service a { uses b on E { calls b.W } } service b { @allow(redelivery-unsafe, "a counter") rpc W() }',
  );
});

test('dual-write: published beside the transaction', async () => {
  await check(
    'dual-write',
    'event E { } event F { }\nresource db postgres\nservice a {\n  uses db\n\n  rpc X() {\n    [|publishes E, F|]\n  }\n\n  on E {\n    [|publishes F|]\n    publishes E via outbox\n  }\n}',
    {
      message: [
        /^`a.X` publishes `E` and `F` beside what it writes to `db`, not with it: when only one of the two happens/,
        /^`a.OnE` publishes `F`/,
      ],
      related: ['db'],
      fixed:
        'event E { } event F { }\nresource db postgres\nservice a {\n  uses db\n\n  rpc X() {\n    publishes E, F via outbox\n  }\n\n  on E {\n    publishes F\n    publishes E via outbox\n  }\n}',
    },
  );
  await check(
    'dual-write',
    'event E { } resource r redis resource db mysql service a { uses r, db rpc X() { [|publishes E|] [|publishes E|] } }',
  );
});

test('dual-write: by the outbox, without a database, or in what only reads', async () => {
  const service = (uses: string, publishes: string): string =>
    `event E { } resource db postgres resource r redis service a { ${uses} rpc X() { ${publishes} } }`;
  await check('dual-write', service('uses db', 'publishes E via outbox'));
  await check('dual-write', service('uses r', 'publishes E'));
  await check('dual-write', service('', 'publishes E'));
  await check('dual-write', service('uses db', 'reads publishes E'));
  await check('dual-write', service('uses db', 'publishes'));
  await check('dual-write', service('@allow(dual-write, "lost events do no harm") uses db', 'publishes E'));
});
