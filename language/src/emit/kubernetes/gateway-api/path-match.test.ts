import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { routePath } from '../../../../../runtime/src/http/path.ts';
import { expressionOf, pathMatch } from './path-match.ts';

test('a path without parameters is exact, one with some is an expression, the rest of one a prefix', () => {
  assert.deepEqual(pathMatch('/v1/orders', []), { type: 'Exact', value: '/v1/orders' });
  assert.deepEqual(pathMatch('/v1/orders/{id}', []), { type: 'RegularExpression', value: '/v1/orders/[^/]+' });
  assert.deepEqual(pathMatch('/v1/orders/{id}:cancel', []).value, '/v1/orders/[^/]+:cancel');
  assert.deepEqual(pathMatch('/v1.0/{a}/b+c', []).value, '/v1\\.0/[^/]+/b\\+c');
  assert.deepEqual(pathMatch('/files/{path*}', ['/files/{path*}']), { type: 'PathPrefix', value: '/files' });
});

test('a prefix gives way where an expression could want the same path', () => {
  const expression = { type: 'RegularExpression', value: '/files/.*' };
  assert.deepEqual(pathMatch('/files/{path*}', ['/files/{id}/meta']), expression);
  assert.deepEqual(pathMatch('/files/{path*}', ['/{any}/list']), expression);
  assert.equal(pathMatch('/files/{path*}', ['/files/list', '/v1/{id}']).type, 'PathPrefix');
});

test('what the runtime takes for a path, the expression takes, and nothing else', () => {
  const segment = fc.constantFrom('a', 'b.c', 'd-e', '{x}', '{y}z', 'f+', '$');
  const path = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(
      ([segments, rest]) =>
        `/${segments.map((one, i) => one.replace(/\w(?=\})/, (name) => `${name}${i}`)).join('/')}${rest ? '/{all*}' : ''}`,
    );
  const asked = fc
    .array(fc.constantFrom('a', 'b.c', 'bXc', 'd-e', 'qz', 'f+', 'ff', '$', 'q/r'), { minLength: 1, maxLength: 6 })
    .map((segments) => `/${segments.join('/')}`);
  fc.assert(
    fc.property(path, asked, (declared, url) => {
      const expression = new RegExp(`^${expressionOf(declared)}$`);
      assert.equal(expression.test(url), routePath(declared).expression.test(url));
    }),
  );
});
