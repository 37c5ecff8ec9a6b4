import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { requestKey } from './request-key.ts';

test('equal requests have equal keys, whatever the order of their properties', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, member]) => [name, shuffled(member)]),
    );
  };
  fc.assert(fc.property(fc.jsonValue(), (request) => assert.equal(requestKey(shuffled(request)), requestKey(request))));
});

test('different requests have different keys', () => {
  const json = (value: unknown) => JSON.stringify(value);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => {
      if (requestKey(a) === requestKey(b)) assert.deepEqual(JSON.parse(json(a)), JSON.parse(json(b)));
    }),
  );
  const date = new Date(0);
  const alike = [
    1,
    1n,
    '1',
    '1n',
    date,
    date.toISOString(),
    date.getTime(),
    Uint8Array.of(1),
    [1],
    { 0: 1 },
    null,
    'null',
    {},
  ];
  assert.equal(new Set(alike.map((value) => requestKey(value))).size, alike.length);
});

test('fields pick what counts, by path', () => {
  const key = (request: unknown) => requestKey(request, ['user.id', 'page']);
  assert.equal(key({ user: { id: 1, name: 'x' }, page: 2 }), key({ user: { id: 1 }, page: 2, other: true }));
  assert.notEqual(key({ user: { id: 1 }, page: 2 }), key({ user: { id: 1 }, page: 3 }));
  assert.notEqual(key({ user: { id: 1 } }), key({}));
});
