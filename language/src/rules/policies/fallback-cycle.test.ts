import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../../syntax/read.ts';
import { check } from '../check-fixture.ts';
import { check as checkModel } from '../index.ts';

const service = (name: string, calls: string): string =>
  `service ${name} { grpc 1 uses s, a, b, c with { timeout 1s } rpc G() { reads calls ${calls} } }`;
const s = 'service s { grpc 1 rpc R() { reads } rpc S() { reads } }';
const to = (operation: string): string => `with { fallback ${operation} }`;

test('fallback-cycle: a call that falls back to itself', async () => {
  await check('fallback-cycle', `${service('a', `[|s.R|] ${to('s.R')}`)} ${s}`, {
    message: /^`a.G` falls back from `s.R` to `s.R`: what has failed is asked again$/,
    related: ['fallback s.R'],
    fixed: `${service('a', 's.R with { fallback none }')} ${s}`,
  });
  await check(
    'fallback-cycle',
    `service a { uses s with p rpc X() { calls [|s.R|], s.S } on E { calls s.R * 2 } } event E { } policy p { timeout 1s  fallback s.R } ${s}`,
    {
      message: /; so it is with 1 more call$/,
      related: ['fallback s.R', 's.R'],
      fixed: `service a { uses s with p rpc X() { calls s.R with { fallback none }, s.S } on E { calls s.R * 2 with { fallback none } } } event E { } policy p { timeout 1s  fallback s.R } ${s}`,
    },
  );
});

test('fallback-cycle: two calls of one operation that stand in for each other', async () => {
  await check('fallback-cycle', `${service('a', `[|s.R|] ${to('s.S')}, s.S ${to('s.R')}`)} ${s}`, {
    message: /leads back to itself \(s.R ⇢ s.S ⇢ s.R; ⇢ falls back, → calls\)/,
    related: ['fallback s.S', 's.S'],
  });
  // Called with no fallback of its own, as nothing else is said.
  await check('fallback-cycle', `${service('a', `s.R ${to('s.S')}`)} ${s}`);
});

test('fallback-cycle: operations that stand in for each other', async () => {
  const found = await check(
    'fallback-cycle',
    `${service('a', `[|s.R|] ${to('b.G')}`)} ${service('b', `s.R ${to('a.G')}`)} ${s}`,
    {
      message: /^the fallback of `a.G` for `s.R` leads back to itself \(s.R ⇢ b.G → s.R ⇢ a.G → s.R; /,
      related: ['fallback b.G', 's.R'],
    },
  );
  assert.deepEqual(found[0]?.fixes, []);
  await check(
    'fallback-cycle',
    `${service('a', `s.R ${to('b.G')}`)} ${service('b', `s.R ${to('c.G')}`)} ${service('c', 's.R')} ${s}`,
  );
});

test('fallback-cycle: a stand-in that calls the one that it stands in for', async () => {
  await check('fallback-cycle', `${service('a', `[|s.R|] ${to('b.G')}`)} ${service('b', 'a.G?')} ${s}`, {
    message: /\(s.R ⇢ b.G → a.G → s.R; /,
    related: ['fallback b.G', 'a.G'],
  });
  await check('fallback-cycle', `${service('a', `[|s.R|] ${to('a.G')}`)} ${s}`, { message: /\(s.R ⇢ a.G → s.R; / });
});

test('fallback-cycle: calls alone are the business of another rule', async () => {
  await check('fallback-cycle', `${service('a', `b.G ${to('s.R')}`)} ${service('b', 'a.G')} ${s}`);
  await check('fallback-cycle', `${service('a', 'b.G')} ${service('b', 'a.G')} ${s}`);
});

test('fallback-cycle: loops that share calls are told apart, and nobody who leads into one', async () => {
  await check(
    'fallback-cycle',
    `${service('a', `[|s.R|] ${to('b.G')}`)} ${service('b', `s.R ${to('a.G')}, [|s.S|] ${to('c.G')}`)} ${service('c', `s.R ${to('b.G')}`)} service z { uses s with { timeout 1s } rpc G() { calls s.R ${to('a.G')} } } ${s}`,
  );
});

test('fallback-cycle: what means nothing, and an `@allow`', async () => {
  await check('fallback-cycle', `${service('a', `s.R ${to('nobody.G')}, s.R ${to('a.Nothing')}`)} ${s}`);
  await check(
    'fallback-cycle',
    `${service('a', `@allow(fallback-cycle, "the second time it answers from memory") s.R ${to('a.G')}`)} ${s}`,
  );
});

test('fallback-cycle: rings and knots of any size end', async () => {
  const size = 3000;
  const services = Array.from({ length: size }, (_, i) => {
    const [next, other] = [(i + 1) % size, (i + 7) % size];
    return `service s${i} { uses t rpc X() { calls t.R with { fallback s${next}.X }, t.S with { fallback s${other}.X } } }`;
  });
  const model = await readModel([
    { path: 'main.svc', text: [...services, 'service t { rpc R() rpc S() }'].join('\n') },
  ]);
  const found = checkModel(model).filter(({ rule }) => rule === 'fallback-cycle');
  assert.equal(found.length, 10);
});
