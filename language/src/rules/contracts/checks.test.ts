import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('duplicate-route: one method and shape in a service', async () => {
  await check(
    'duplicate-route',
    'service s { rpc A(x: uuid = 1) { route GET /a/{x} } rpc B(y: uuid = 1) { route GET [|/a/{y}|] } }',
    {
      message: /^`GET \/a\/\{y\}` matches the same requests as `GET \/a\/\{x\}` of `s.A` in `s`$/,
      related: ['/a/{x}'],
    },
  );
  await check('duplicate-route', 'service s { rpc A() { route GET /a route GET [|/a|] } }', {
    message: /is already a route of `s.A` in `s`/,
  });
  await check(
    'duplicate-route',
    'external e { url "https://e" rpc A() { route GET /a } rpc B() { route GET [|/a|] } }',
  );
});

test('duplicate-route: another method, another shape, another service', async () => {
  await check(
    'duplicate-route',
    'service s { rpc A() { route GET /a } rpc B() { route POST /a } rpc C() { route GET /a/b } }',
  );
  await check(
    'duplicate-route',
    'service s { rpc A(x: string = 1) { route GET /a/{x} } rpc B(x: string = 1) { route GET /a/{x*} } }',
  );
  await check('duplicate-route', 'service s { rpc A() { route GET /a } } service t { rpc A() { route GET /a } }');
});

test('duplicate-route: on one host of gateways', async () => {
  const services = (second: string): string =>
    `service s { rpc A() { route GET /a } } service t { rpc A() { route GET ${second} } rpc B() { route GET /b } }`;
  await check('duplicate-route', `${services('[|/a|]')} gateway g { serves s, t }`, {
    message: /of `s.A` on the gateway `g`/,
  });
  await check(
    'duplicate-route',
    `${services('[|/a|]')} gateway g { host "x" serves s } gateway h { host "X" serves t }`,
    {
      message: /on the host `x`/,
    },
  );
  await check('duplicate-route', `${services('/a')} gateway g { host "x" serves s } gateway h { host "y" serves t }`);
  await check('duplicate-route', `${services('/a')} gateway g { serves s, t.B }`);
  // Said in the service: not again on the gateway.
  await check(
    'duplicate-route',
    'service s { rpc A() { route GET /a } rpc B() { route GET [|/a|] } } gateway g { serves s }',
  );
});

test('path-parameter: what a path binds', async () => {
  await check('path-parameter', 'service s { rpc A(id: uuid = 1) { route GET /a/[|{ids}|]/b } }', {
    message: /^`\{ids\}` is no parameter of `s.A`$/,
    hint: /Did you mean `id`\?/,
    fixed: 'service s { rpc A(id: uuid = 1) { route GET /a/{id}/b } }',
  });
  await check('path-parameter', 'service s { rpc A(id: uuid? = 1) { route GET /a/[|{id}|] } }', {
    message: /`id` may be absent/,
    related: ['id'],
    fixed: 'service s { rpc A(id: uuid = 1) { route GET /a/{id} } }',
  });
  const [elsewhere] = await check(
    'path-parameter',
    'service s { rpc A(id: uuid? = 1) { route GET /a/[|{id}|] route GET /a } }',
  );
  assert.deepEqual(elsewhere?.fixes, []);
  const [bound] = await check('path-parameter', 'service s { rpc A(id: uuid = 1) { route GET /a/{id}/[|{ids}|] } }');
  assert.deepEqual(bound?.fixes, []);
  await check(
    'path-parameter',
    'service s { rpc A(m: M = 1, l: string[] = 2) { route GET /a/[|{m}|]/[|{l}|] } } message M { }',
    {
      message: [/`m` is a message \(`M`\)/, /`l` is a list/],
    },
  );
  await check('path-parameter', 'service s { rpc A(id: uuid = 1) { route GET /a/{id}/b/[|{id}|] } }', {
    message: /stands twice/,
  });
  await check('path-parameter', 'service s { rpc A(p: string = 1) { route GET /a/[|{p*}|]/b } }', {
    message: /takes the rest/,
  });
});

test('path-parameter: parameters in a message, scalars by alias, enums', async () => {
  await check(
    'path-parameter',
    'message M { id: Id = 1 kind: Kind = 2 } type Id = uuid enum Kind { a = 0 } service s { rpc A(M) { route GET /a/{kind}/{id} } }',
  );
  await check(
    'path-parameter',
    'message M { oneof o { id: uuid = 1 } } service s { rpc A(M) { route GET /a/[|{id}|] } }',
    { message: /may be absent/ },
  );
  await check(
    'path-parameter',
    'service s { rpc A(p: string = 1) { route GET /a/{p*} } rpc B(q: Nothing = 1) { route GET /b/{q} } rpc C(Nothing) { route GET /c/{x} } }',
  );
});

test('query-parameter: what cannot come from a query', async () => {
  await check('query-parameter', 'service s { rpc A([|m|]: M = 1) { route GET /a } } message M { }', {
    message: /^`m` of `s.A` is a message \(`M`\), and over `GET` it would have to come from the query$/,
    related: ['/a'],
  });
  await check(
    'query-parameter',
    'service s { rpc A([|m|]: map<string, string> = 1, [|l|]: M[] = 2) { route DELETE /a } } message M { }',
  );
  await check('query-parameter', 'service s { rpc A([|M|]) { route GET /a } } message M { n: N = 1 } message N { }', {
    message: /`n` of `s.A`/,
  });
  await check('query-parameter', 'service s { rpc A(stream [|M|]) { route GET /a } } message M { }', {
    message: /is a stream/,
  });
});

test('query-parameter: scalars, enums, lists of them, and bodies', async () => {
  await check(
    'query-parameter',
    'service s { rpc A(a: int32 = 1, b: E[] = 2, c: string[]? = 3) { route GET /a } } enum E { x = 0 }',
  );
  await check(
    'query-parameter',
    'service s { rpc A(m: M = 1) { route POST /a route PUT /b route PATCH /c } } message M { }',
  );
});

test('http-stream: a route on an operation that streams from its client', async () => {
  await check('http-stream', 'service s { rpc A(stream M) { route POST [|/a|] } } message M { }', { related: ['M'] });
  await check('http-stream', 'service s { grpc 1 rpc A(stream M) { route POST [|/a|] } } message M { }', {
    fixed: 'service s { grpc 1 rpc A(stream M) { } } message M { }',
  });
  await check('http-stream', 'service s { rpc A(stream M) rpc B(M) -> stream M { route POST /a } } message M { }');
});

const caller = 'service a { uses b with { timeout 1s } rpc X() { calls b.Y } }';

test('no-common-transport: a called operation that nothing reaches', async () => {
  await check('no-common-transport', `${caller} service b { http 1 rpc [|Y|]() }`, {
    message: /^`b.Y` is called, but `b` has no `grpc` port and it has no `route`$/,
    related: ['b.Y'],
  });
  await check('no-common-transport', `${caller} service b { rpc [|Y|]() { route GET /y } }`, {
    message: /`b` has no `http` port for its route/,
  });
  await check(
    'no-common-transport',
    `${caller} service b { http 1 rpc [|Y|](stream M) { route POST /y } } message M { }`,
    { message: /it streams/ },
  );
  await check('no-common-transport', `${caller} external b { rpc [|Y|]() { route GET /y } }`);
});

test('no-common-transport: gRPC, a route, or nobody calls', async () => {
  await check('no-common-transport', `${caller} service b { grpc 1 rpc Y() }`);
  await check('no-common-transport', `${caller} service b { http 1 rpc Y() { route POST /y } }`);
  await check('no-common-transport', `${caller} external b { url "https://b" rpc Y() { route POST /y } }`);
  await check('no-common-transport', 'service b { rpc Y() }');
});

test('error-status: 400 to 599', async () => {
  await check('error-status', 'error A [|200|] error B [|600|] error C [|399|]', {
    message: /^the error `A` has the status 200/,
  });
  await check('error-status', 'error A 400 error B 599 error C');
});

test('read-that-writes: publishing, or calling a write', async () => {
  await check(
    'read-that-writes',
    'service a { uses b rpc [|X|]() { reads publishes E calls b.W, b.W, b.R } } service b { rpc W() rpc R() { reads } } event E { }',
    {
      message: /^`a.X` says `reads`, but calls `b.W`, which is a write, and publishes `E`$/,
      related: ['b.W', 'b.W', 'E'],
    },
  );
  await check('read-that-writes', 'service a { rpc [|X|]() { route GET /x publishes E } } event E { }');
});

test('read-that-writes: `reads` goes where nothing relies on it', async () => {
  const a = (reads: string): string => `service a { rpc X() { ${reads}publishes E via outbox } } event E { }`;
  await check('read-that-writes', a('reads ').replace('X', '[|X|]'), { fixed: a('') });
  const [route] = await check(
    'read-that-writes',
    'service a { rpc [|X|]() { route GET /x reads publishes E } } event E { }',
  );
  assert.deepEqual(route?.fixes, []);
  const [called] = await check(
    'read-that-writes',
    'service a { rpc [|X|]() { reads publishes E } } service b { uses a with { hedge { extra 1 } } rpc Y() { calls a.X } } event E { }',
  );
  assert.deepEqual(called?.fixes, []);
});

test('read-that-writes: the callee may have forgotten its own `reads`', async () => {
  const system = (reads: string): string => `
    service a { uses b with { timeout 1s } rpc [|X|]() { route GET /x calls b.Y } }
    service b {
      grpc 1
      uses c with { timeout 1s }
      rpc Y() {
        calls c.Z${reads}
      }
    }
    service c { grpc 1 rpc Z() { reads } }`;
  await check('read-that-writes', system(''), {
    fixed: system('\n        reads').replaceAll(/\[\||\|\]/g, ''),
  });
  const [leaf] = await check(
    'read-that-writes',
    'service a { uses b with { timeout 1s } rpc [|X|]() { route GET /x calls b.Y } } service b { grpc 1 rpc Y() }',
  );
  assert.deepEqual(leaf?.fixes, []);
});

test('read-that-writes: what is idempotent, or does not read', async () => {
  await check(
    'read-that-writes',
    'service a { uses b rpc X() { reads calls b.P } rpc Y() { calls b.W publishes E } } service b { rpc P() { route PUT /p } rpc W() } event E { }',
  );
});

const gateway = 'gateway g { serves s }';

test('unauthenticated-route: nobody says who may call', async () => {
  await check('unauthenticated-route', `service s { rpc [|A|]() { route GET /a } rpc B() } ${gateway}`, {
    message: /^anyone can reach `s.A` through the gateway `g`/,
    related: ['s'],
  });
  await check(
    'unauthenticated-route',
    'service s { rpc [|A|]() { route GET /a } rpc B() { route GET /b } } gateway g { serves s.A }',
  );
  await check(
    'unauthenticated-route',
    `service s { rpc [|A|]() { route GET /a } } gateway f { auth none serves s } ${gateway}`,
    { message: /gateway `g`/ },
  );
});

test('unauthenticated-route: methods of gRPC, where the service speaks nothing else', async () => {
  await check('unauthenticated-route', `service s { grpc 90 rpc [|A|]() } ${gateway}`);
  await check('unauthenticated-route', `service s { grpc 90 http 80 rpc A() } ${gateway}`);
});

test('unauthenticated-route: at the operation, the service or the gateway', async () => {
  await check(
    'unauthenticated-route',
    `service s { rpc A() { route GET /a auth none } rpc B() { route GET /b auth u } } auth u key ${gateway}`,
  );
  await check('unauthenticated-route', `service s { auth u rpc A() { route GET /a } } auth u key ${gateway}`);
  await check(
    'unauthenticated-route',
    'service s { rpc A() { route GET /a } } auth u key gateway g { auth u serves s }',
  );
  await check('unauthenticated-route', 'service s { rpc A() { route GET /a } }');
});

test('unlimited-route: no limit anywhere', async () => {
  await check('unlimited-route', `service s { rpc [|A|]() { route GET /a } } ${gateway}`, {
    message: /no `limit` guards it$/,
  });
  await check(
    'unlimited-route',
    `service s { rpc [|A|]() { route GET /a apply p } } policy p extends q { limit none } policy q { limit { rate 1/s } } ${gateway}`,
  );
});

test('unlimited-route: in the operation, the service, the gateway, or a policy that one applies', async () => {
  await check(
    'unlimited-route',
    `service s { rpc A() { route GET /a limit { rate 1/s } } rpc B() { route GET /b apply p } } policy p { limit { rate 1/s } } ${gateway}`,
  );
  await check('unlimited-route', `service s { limit { rate 1/s } rpc A() { route GET /a } } ${gateway}`);
  await check(
    'unlimited-route',
    'service s { rpc A() { route GET /a } } gateway g { serves s apply p } policy p extends q { } policy q { limit { rate 1/s } }',
  );
});

test('port-conflict: one port twice', async () => {
  await check('port-conflict', 'service s { http 80 grpc [|80|] } service t { grpc 80 http [|80|] }', {
    message: /^`http` and `grpc` of `s` both listen on port 80$/,
    related: ['80'],
  });
  await check('port-conflict', 'service s { http 80 grpc 81 } service t { http 80 } service u { }');
});
