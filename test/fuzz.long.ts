import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, range } from './fuzz.ts';

test('whatever happens to a text, the checker answers: many more times', async () => {
  assert.equal(await fuzz(range(10_000, 20_000)), 10_000);
});
