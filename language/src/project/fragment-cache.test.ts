import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { goldenSources } from '../emit/golden-fixture.ts';
import { readModel, type SourceText } from '../syntax/read.ts';
import { fragmentsIn } from './fragment-cache.ts';
import { scratch } from './scratch-fixture.ts';

/** Large enough to be worth remembering. */
const padding = `// ${'x'.repeat(100_000)}\n`;
const large: readonly SourceText[] = goldenSources().map(({ path, text }) => ({ path, text: `${text}\n${padding}` }));

async function cacheOf(t: TestContext) {
  const folder = await scratch(t, {});
  const read = async (sources: readonly SourceText[]) => {
    const { known, keep } = await fragmentsIn(folder.root, sources);
    const remembered = [...known.keys()];
    const model = await readModel(sources, known);
    await keep();
    return { remembered, model };
  };
  return { folder, read };
}

test('files are read once, until they change', async (t) => {
  const { read } = await cacheOf(t);
  assert.deepEqual((await read(large)).remembered, []);
  const again = await read(large);
  assert.deepEqual(again.remembered.sort(), large.map(({ path }) => path).sort());
  assert.deepEqual(again.model, await readModel(large));

  const changed = large.map((source, i) => (i === 0 ? { ...source, text: `\n${source.text}` } : source));
  const third = await read(changed);
  assert.equal(third.remembered.length, large.length - 1);
  assert.deepEqual(third.model, await readModel(changed));
});

test('a broken text, and what was wrong with it, are remembered as well', async (t) => {
  const { read } = await cacheOf(t);
  const broken = [{ path: 'a.svc', text: `package a\nservice { http x }\n${padding}` }];
  const { problems } = (await read(broken)).model;
  assert.ok(problems.length > 0);
  assert.deepEqual((await read(broken)).model.problems, problems);
});

test('of small projects nothing is kept, and what cannot be read is as if it were not there', async (t) => {
  const { folder, read } = await cacheOf(t);
  await read(goldenSources());
  assert.deepEqual(await folder.read(), {});
  await read(large);
  for (const path of Object.keys(await folder.read())) await writeFile(join(folder.root, path), '{"key":');
  assert.deepEqual((await read(large)).remembered, []);
});
