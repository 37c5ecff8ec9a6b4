import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertGolden, modelOf, options, shuffled } from '../golden-fixture.ts';
import { chosenFolder, chosenModel, sourcesOf, variants } from './chosen-fixture.ts';
import { kubernetesEmitter } from './index.ts';
import { objectsOf } from './objects.ts';
import { assertValid } from './schema-fixture.ts';

for (const variant of variants) {
  test(`what is chosen is as committed: ${variant}`, async () => {
    assertGolden(kubernetesEmitter.emit(await chosenModel(variant), options), join(chosenFolder, variant));
  });

  test(`every object fits the strict schema of its kind, in each environment: ${variant}`, async () => {
    const model = await chosenModel(variant);
    for (const environment of [undefined, ...(model.systems[0]?.environments ?? [])]) {
      const objects = objectsOf(model, options, environment);
      assert.ok(objects.length > 20);
      for (const object of objects) assertValid(object);
    }
  });

  test(`the order of files and declarations does not show: ${variant}`, async () => {
    const [before, after] = await Promise.all([chosenModel(variant), modelOf(shuffled(sourcesOf(variant)))]);
    const texts = (model: typeof before) =>
      [...kubernetesEmitter.emit(model, options)].map(([path, { text }]) => [path, text]);
    assert.deepEqual(texts(after), texts(before));
  });
}
