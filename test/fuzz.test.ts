import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, range } from './fuzz.ts';

test('whatever happens to a text, the checker answers', { timeout: 120_000 }, async () => {
  assert.equal(await fuzz(range(0, 400)), 400);
});
