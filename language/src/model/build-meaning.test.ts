import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../syntax/read.ts';

const read = (text: string) => readModel([{ path: 'a.svc', text }]);
const said = async (text: string) =>
  (await read(text)).problems.map(({ message, hint }) => `${message} | ${hint ?? ''}`);

test('an auth says what its kind knows, in strings, and a jwt names its issuer', async () => {
  assert.deepEqual(
    await said('auth u jwt { issuer "https://i"  audience "a" }\nauth k key { header "X" }\nauth m mtls'),
    [],
  );
  assert.deepEqual(await said('auth u jwt { isuer "https://i" }'), [
    '`isuer` is no setting of `auth` by jwt: expected `issuer`, `audience` or `jwks` | Did you mean `issuer`?',
  ]);
  assert.match((await said('auth u jwt { audience "a" }')).join(), /needs `issuer`/);
  assert.match((await said('auth u jwt { issuer "i" audience ["a", "b"] }')).join(), /`audience` is a string/);
  assert.match((await said('auth k key { header "X" header "Y" }')).join(), /`header` stands twice/);
});

test('an environment changes what there is to change', async () => {
  const inProd = (text: string) =>
    said(`service s { }\ngateway g { }\nresource r redis\nsystem y { environment prod { ${text} } }`);
  assert.deepEqual(await inProd('s { replicas 3 }  r { servers 3 }  g { host "x" }'), []);
  assert.match(
    (await inProd('s { replica 3 }')).join(),
    /`replica` is no setting of a service.*`replicas`.*Did you mean/,
  );
  assert.match((await inProd('g { hosts "x" }')).join(), /expected `host` or `port` \| Did you mean `host`/);
});

test('shares end at 100%, but for what is requested; time and rates are more than nothing', async () => {
  assert.match((await said('policy p { breaker { failures 150% } }')).join(), /`150%` is too much/);
  assert.match((await said('service s { slo { availability 101% } }')).join(), /`101%` is too much/);
  assert.deepEqual(await said('service s { deploy { scale { cpu 150% } } }'), []);
  assert.match((await said('policy p { timeout 0ms }')).join(), /`timeout none`/);
  assert.match((await said('policy p { limit { rate 0/s } }')).join(), /lets nobody through/);
});

test('a project is one system; that of a project it uses stands behind', async () => {
  const [problem] = (await read('system a { }\nsystem b { }')).problems;
  assert.match(problem?.message ?? '', /one system, and `a` is declared already/);
  const model = await readModel([
    { path: '../common/a.svc', text: 'package a\nsystem used { }' },
    { path: 'z.svc', text: 'package z\nsystem own { }' },
  ]);
  assert.deepEqual([model.problems, model.systems.map(({ name }) => name)], [[], ['own', 'used']]);
});

test('documentation may stand between annotations and what they are about', async () => {
  const model = await read(
    'message M {\n  @deprecated("use b")\n  /// The old one.\n  a: string = 1\n  @deprecated("x") b: string = 2\n}',
  );
  assert.deepEqual(
    model.messages[0]?.fields.map(({ docs }) => docs),
    ['The old one.', undefined],
  );
});

test('a setting has a value: a default, not `?`', async () => {
  assert.match((await said('service s { config { a: string? } }')).join(), /cannot be optional \| Give it a `default`/);
});
