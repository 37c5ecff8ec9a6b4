import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const callee = 'service b { grpc 1 rpc W() rpc R() { reads } rpc P() { idempotent } }';

test('cache-write: a call that would be answered without being made', async () => {
  const source = (calls: string): string =>
    `service a { uses b with p rpc X() { calls ${calls} } } policy p { timeout 1s cache { ttl 30s } } ${callee}`;
  await check('cache-write', source('[|b.W|], b.R'), {
    message: /^`a.X` calls `b.W` with a `cache` of 30s, and it is not `reads`: /,
    hint: /^Write `reads` in `b.W` if it changes nothing, else `cache none` for the call\.$/,
    related: ['cache { ttl 30s }', 'W'],
    fixed: source('b.W with { cache none }, b.R'),
  });
  await check('cache-write', source('[|b.W|], [|b.P|], b.W'), {
    message: [/; so it is with 1 more call$/, /`b.P`/],
    fixed: source('b.W with { cache none }, b.P, b.W with { cache none }'),
  });
  await check('cache-write', source('b.R * 3, b.W with { cache none }'));
});

test('cache-write: an operation that answers and does not do it', async () => {
  await check('cache-write', 'service b { grpc 1 rpc W() { [|cache { ttl 1min }|] } }', {
    message:
      /^`b.W` has a `cache` and is not `reads`: for 1min the same request is answered without being carried out$/,
    related: [],
    fixed: 'service b { grpc 1 rpc W() { cache none } }',
  });
  await check(
    'cache-write',
    'service b { grpc 1 rpc P() { idempotent [|cache { ttl 1s }|] } rpc R() { reads cache { ttl 1s } } }',
  );
  await check('cache-write', 'service b { http 1 auth none rpc R() { route GET /r cache { ttl 1s } } }');
});

test('cache-write: from the service or a policy that it applies, once', async () => {
  await check(
    'cache-write',
    'service b {\n  grpc 1\n  cache { ttl 1s }\n  rpc [|V|]() { deadline 1s }\n  rpc R() { reads }\n  rpc W() {\n    deadline 1s\n  }\n  rpc N() { cache none }\n}',
    {
      message: /^`b.V` .*; so it is with 1 more operation$/,
      related: ['cache { ttl 1s }', 'W'],
      fixed:
        'service b {\n  grpc 1\n  cache { ttl 1s }\n  rpc V() { cache none  deadline 1s }\n  rpc R() { reads }\n  rpc W() {\n    cache none\n    deadline 1s\n  }\n  rpc N() { cache none }\n}',
    },
  );
  const found = await check(
    'cache-write',
    'policy p { cache { ttl 1s } } service b { grpc 1 rpc [|W|]() { apply p } rpc R() { reads apply p } }',
    {
      related: ['cache { ttl 1s }'],
    },
  );
  // Nobody knows where the braces of `rpc W` are.
  assert.deepEqual(found[0]?.fixes, []);
});

test('cache-write: an `@allow` at one operation leaves the others', async () => {
  const allow = '@allow(cache-write, "the answer is all that counts")';
  await check('cache-write', `service b { grpc 1 cache { ttl 1s } ${allow} rpc V() rpc [|W|]() }`, {
    message: /carried out$/,
  });
  await check('cache-write', `${allow} service b { grpc 1 cache { ttl 1s } rpc V() rpc W() }`);
  await check('cache-write', `${allow} policy p { cache { ttl 1s } } service b { grpc 1 rpc V() { apply p } }`);
});

test('cache-write: what others run is theirs', async () => {
  await check('cache-write', 'external e { url "https://e" rpc W() { route POST /w cache { ttl 1s } } }');
});
