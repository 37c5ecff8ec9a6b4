import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFragments } from './side-by-side.ts';

const sources = Array.from({ length: 70 }, (_, n) => ({
  path: `part${n}.svc`,
  text: n % 7 === 0 ? `service broken${n} { rpc ` : `package p${n}\n/// Doc.\nmessage M${n} { next: M${n + 1}? = 1 }\n`,
}));

test('whatever the number of threads, the same is read, in the same order', async () => {
  const alone = await readFragments(sources, 0);
  assert.deepEqual(await readFragments(sources, 1), alone);
  assert.deepEqual(await readFragments(sources, 3), alone);
  assert.deepEqual(
    alone.map(({ path }) => path),
    sources.map(({ path }) => path),
  );
});

test('few files are read without another thread, and none are read at once', async () => {
  assert.deepEqual(await readFragments(sources), await readFragments(sources, 0));
  assert.deepEqual(await readFragments([], 2), []);
});
