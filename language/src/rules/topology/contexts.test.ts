import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const services =
  'service a { uses b rpc X() { calls @ } rpc Z() { calls b.V } } service b { uses a rpc Y() rpc V() { calls # } } service c { rpc W() }';
const calling = (fromA: string, fromB = ''): string =>
  services
    .replace('calls @', `calls ${fromA}`)
    .replace('calls b.V', '')
    .replace('{ calls # }', fromB === '' ? '' : `{ calls ${fromB} }`);
const contexts = 'context p { services [a] }\ncontext q { services [b] }';

test('context-violation: a call that no relation covers', async () => {
  await check('context-violation', `${contexts}\n${calling('[|b.Y|]')}`, {
    message: /^`a.X` calls `b.Y`, and no relation leads from the context `p` to `q`$/,
    hint: /^Say how they depend on each other: `relation p -> q` and its kind\.$/,
    fixed: `context p { services [a] }\n\nrelation p -> q conformist\ncontext q { services [b] }\n${calling('b.Y')}`,
  });
  await check('context-violation', `${contexts}\n${calling('[|b.Y|], b.V & b.Y')}`, {
    message: /\(2 more calls below\)$/,
    related: ['b.V', 'b.Y'],
  });
  // Another service of the context is another finding.
  await check(
    'context-violation',
    `${contexts.replace('[a]', '[a, c]')}\n${calling('[|b.Y|]').replace('rpc W()', 'rpc W() { calls [|b.Y|] }')}`,
  );
});

test('context-violation: the relation goes below the others of the file, by full names where they are needed', async () => {
  const relations = `${contexts}\ncontext r { services [c] }\nrelation r -> p conformist`;
  await check('context-violation', `${relations}\n\n${calling('[|b.Y|]')}`, {
    fixed: `${relations}\nrelation p -> q conformist\n\n${calling('b.Y')}`,
  });
  const found = await check('context-violation', {
    'one.svc': 'package one\nimport two\ncontext p { services [a] }\nservice a { uses b rpc X() { calls [|b.Y|] } }\n',
    'two.svc': 'package two\ncontext q { services [b] }\nservice b { rpc Y() }\n',
  });
  assert.deepEqual(
    found.map(({ fixes }) => fixes.map(({ title }) => title)),
    [['Add `relation p -> two.q conformist`']],
  );
});

test('context-violation: relations lead one way, partnerships and shared kernels both', async () => {
  const found = await check(
    'context-violation',
    `${contexts} relation q -> p customer-supplier ${calling('[|b.Y|]')}`,
    {
      message: /; `q -> p customer-supplier` leads the other way$/,
      hint: /`partnership`/,
      related: ['q -> p customer-supplier'],
    },
  );
  assert.deepEqual(found[0]?.fixes, []);
  for (const kind of ['customer-supplier', 'conformist', 'anticorruption', 'open-host', 'partnership', 'shared-kernel'])
    await check('context-violation', `${contexts} relation p -> q ${kind} ${calling('b.Y')}`);
  for (const kind of ['partnership', 'shared-kernel'])
    await check('context-violation', `${contexts} relation q -> p ${kind} ${calling('b.Y')}`);
});

test('context-violation: no relation is offered that would close a loop', async () => {
  const others = 'context r { services [c] } relation q -> r conformist relation r -> p conformist';
  const found = await check('context-violation', `${contexts} ${others} ${calling('[|b.Y|]')}`);
  assert.deepEqual(found[0]?.fixes, []);
});

test('context-violation: within a context, outside of all, and what means nothing', async () => {
  await check('context-violation', `context p { services [a, b] } ${calling('b.Y')}`);
  await check('context-violation', `context p { services [a] } ${calling('b.Y, c.W')}`);
  await check('context-violation', `context q { services [b] } ${calling('b.Y')}`);
  await check('context-violation', `${contexts} relation p -> qq conformist ${calling('b.Y')}`);
  await check('context-violation', `${contexts} ${calling('b.Nothing')}`);
  // Of two contexts, the first counts.
  await check('context-violation', `context p { services [a, b] } context q { services [b] } ${calling('b.Y')}`);
});

test('context-violation: allowed at the call, the `uses`, the operation and the service', async () => {
  const allow = '@allow(context-violation, "until June")';
  const text = calling('b.Y');
  for (const word of ['b.Y', 'uses b', 'rpc X', 'service a'])
    await check('context-violation', `${contexts} ${text.replace(word, `${allow} ${word}`)}`);
  // The call that is allowed does not stand for the others.
  await check('context-violation', `${contexts} ${calling(`${allow} b.Y, [|b.V|]`)}`, { message: /`b.V`.* to `q`$/ });
});

const three = 'context p { services [] } context q { services [] } context r { services [] }';

test('context-cycle: relations upstream in a loop', async () => {
  await check('context-cycle', `${three} relation q -> p conformist relation [|p -> q open-host|]`, {
    message: /^`p` depends on `q`, and so on itself \(p → q → p\): each has to follow the changes of all$/,
    related: ['q -> p conformist'],
  });
  await check(
    'context-cycle',
    `${three} relation [|p -> q conformist|] relation q -> r anticorruption relation r -> p customer-supplier`,
    { related: ['q -> r anticorruption', 'r -> p customer-supplier'] },
  );
});

test('context-cycle: what is mutual on purpose, and two relations of one pair', async () => {
  for (const kind of ['partnership', 'shared-kernel'])
    await check('context-cycle', `${three} relation p -> q conformist relation q -> p ${kind}`);
  // Upstream and downstream each have a pattern of their own: an open host, and a layer against it.
  await check('context-cycle', `${three} relation p -> q open-host relation p -> q anticorruption`);
  await check('context-cycle', `${three} relation p -> q conformist relation q -> qq conformist`);
});

test('context-cycle: a relation with itself', async () => {
  await check('context-cycle', `${three}\nrelation [|p -> p partnership|]\n`, {
    message: /^the relation of `p` with itself says nothing/,
    hint: /^Remove it\.$/,
    fixed: `${three}\n`,
  });
});

test('context-cycle: allowed at any relation of the loop', async () => {
  const allow = '@allow(context-cycle, "events only")';
  await check('context-cycle', `${three} ${allow} relation p -> q conformist relation q -> p conformist`);
  await check('context-cycle', `${three} relation p -> q conformist ${allow} relation q -> p conformist`);
});
