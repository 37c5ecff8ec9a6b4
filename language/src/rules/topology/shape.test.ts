import { test } from 'node:test';
import { check } from '../check-fixture.ts';

/** `a` calls `b` calls `c` …; the first `hops` calls of the alphabet. */
function chain(hops: number, mark = false): string {
  const names = 'abcdefghijklmnopqrstuvwxyz';
  const services = Array.from({ length: hops }, (_, i) => {
    const call = `${names[i + 1]}.X`;
    return `service ${names[i]} { uses ${names[i + 1]}  rpc X() { calls ${mark && i === 0 ? `[|${call}|]` : call} } }`;
  });
  return [...services, `service ${names[hops]} { rpc X() }`].join('\n');
}

test('deep-chain: too many hops behind one another, told at the first', async () => {
  await check('deep-chain', chain(6, true), {
    message:
      /^one request to `a.X` goes 6 hops deep \(a → b → c → d → e → f → g\), and each waits for the next; the limit is 5$/,
    related: ['c.X', 'd.X', 'e.X', 'f.X', 'g.X'],
  });
  await check('deep-chain', chain(5));
  await check('deep-chain', chain(14, true), {
    message: /14 hops deep \(a → b → … → g → h → i → j → k → l → m → n → o\)/,
  });
  const options = { rules: { 'deep-chain': ['hint', { max: 3 }] } } as const;
  await check('deep-chain', chain(4, true), { options });
});

test('deep-chain: one finding, however many lead in or out', async () => {
  await check('deep-chain', `${chain(6, true)}\nservice z { uses b  rpc X() { calls b.X } }`);
  await check('deep-chain', `${chain(6, true).replace('calls g.X', 'calls g.X & h.X')}\nservice h { rpc X() }`, {
    message: /; so it is with 1 more path that begins here$/,
  });
});

test('deep-chain: from an event; loops are no depth', async () => {
  await check('deep-chain', `event E { } ${chain(6, true).replace('rpc X()', 'on E')}`, {
    message: /^one event for `a.OnE` goes 6 hops/,
  });
  const knot = chain(6).replace('calls g.X', 'calls g.X, a.X');
  await check('deep-chain', knot);
  await check('deep-chain', 'service a { uses a  rpc X() { calls a.X, nobody.X } }');
});

test('deep-chain: allowed at the first call, at its `uses`, and at its operation', async () => {
  const allow = '@allow(deep-chain, "a batch") ';
  for (const text of [
    chain(6).replace('calls b.X', `calls ${allow}b.X`),
    chain(6).replace('uses b ', `${allow}uses b `),
    chain(6).replace('rpc X() { calls b.X', `${allow}rpc X() { calls b.X`),
  ]) {
    await check('deep-chain', text);
    await check('unused-allow', text);
  }
});

const wide = (calls: number, name = 'X'): string =>
  `service a { uses b  rpc ${name}() { calls ${Array.from({ length: calls }, (_, i) => `b.X${i}`).join(' & ')} } }
service b { ${Array.from({ length: calls }, (_, i) => `rpc X${i}()`).join(' ')} }`;

test('wide-fanout: too many calls from one operation', async () => {
  await check('wide-fanout', wide(11, '[|X|]'), { message: /^`a.X` makes 11 calls; the limit is 10$/ });
  await check('wide-fanout', wide(10));
  await check('wide-fanout', wide(11, '[|X|]').replaceAll(' & ', ', '));
  await check('wide-fanout', `event E { } ${wide(11, '[|X|]').replace('rpc [|X|]()', 'on E as [|X|]')}`);
  await check('wide-fanout', 'service a { uses b  rpc X() { calls b.X * 50 } } service b { rpc X() }');
  const options = { rules: { 'wide-fanout': ['hint', { max: 2 }] } } as const;
  await check('wide-fanout', wide(3, '[|X|]'), { options });
  const allowed = `@allow(wide-fanout, "the front page") ${wide(11)}`;
  await check('wide-fanout', allowed);
  await check('unused-allow', allowed);
});
