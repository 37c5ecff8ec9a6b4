import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const others = `
service b { slo { availability 99.95% }  rpc X()  rpc Y() }
service c { slo { availability 99.9% }  rpc X() }
external d { availability 99.99%  rpc X() }
service e { uses c  rpc X() { calls c.X } }`;

const a = (promise: string, ...calls: readonly string[]): string => {
  const operations = calls.map(
    (call, i) => `rpc ${call.startsWith('[|') ? `[|O${i}|]` : `O${i}`}() { calls ${call.replace('[|', '')} }`,
  );
  return `service a { uses b, c, d, e  slo { availability ${promise} }  ${operations.join('  ')} }${others}`;
};

test('slo-availability: the product of what an operation needs', async () => {
  await check('slo-availability', a('99.9%', '[|b.X & c.X, d.X'), {
    message: /^`a` promises 99.9%, and `a.O0` cannot do without b 99.95% × c 99.9% × d 99.99% = 99.84%$/,
    hint: /^Give a call a `fallback`, make it optional \(`\?`\), or promise at most 99.84%\.$/,
    related: ['99.9%', 'b.X', 'c.X', 'd.X'],
  });
  await check('slo-availability', a('99.95%', '[|c.X'), {
    message: /^`a` promises 99.95%, and `a.O0` cannot do without c 99.9%$/,
  });
});

test('slo-availability: exactly what is promised, and each service once', async () => {
  await check('slo-availability', a('99.9%', 'c.X * 3'));
  await check('slo-availability', a('99.95%', 'b.X, b.Y'));
  await check('slo-availability', a('99.95%', '[|b.X, d.X, b.Y'), { message: /b 99.95% × d 99.99% = 99.94%$/ });
  await check('slo-availability', a('99.94%', 'b.X, d.X'));
});

test('slo-availability: what may fail does not count', async () => {
  await check('slo-availability', a('99.99%', 'b.X?, c.X with { fallback [] }'));
  await check('slo-availability', a('99.99%', 'nobody.X, b.Nothing'));
  await check('slo-availability', `service a { uses c  rpc X() { calls c.X } }${others}`);
});

test('slo-availability: who promises nothing is looked through', async () => {
  await check('slo-availability', a('99.95%', '[|e.X'), {
    message: /cannot do without c 99.9%$/,
    related: ['99.95%', 'c.X'],
  });
  await check('slo-availability', 'service a { slo { availability 99.9% }  uses a  rpc X() { calls a.X } }');
});

test('slo-availability: operations that need the same have one finding', async () => {
  await check('slo-availability', a('99.95%', '[|c.X', 'c.X', '[|b.X, c.X'), {
    message: [/; so it is with 1 more operation of `a`$/, /b 99.95% × c 99.9% = 99.85%$/],
  });
});

test('slo-availability: allowed at the operation, which leaves the others, and at the service', async () => {
  const allow = '@allow(slo-availability, "callers try again")';
  const source = a('99.95%', '[|c.X', 'c.X');
  await check('slo-availability', source.replace('rpc [|O0|]', `${allow} rpc O0`).replace('rpc O1', 'rpc [|O1|]'));
  const silent = `${allow} ${source.replace('[|O0|]', 'O0')}`;
  await check('slo-availability', silent);
  await check('unused-allow', silent);
});
