import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled } from '../golden-fixture.ts';
import { openApiEmitter } from './index.ts';

const emit = async (sources: Parameters<typeof modelOf>[0]) => openApiEmitter.emit(await modelOf(sources), options);

test('the documents of a small system are as committed', async () => {
  assertGolden(openApiEmitter.emit(await goldenModel(), options), join(import.meta.dirname, 'golden'));
});

test('the order of files and declarations does not show', async () => {
  const text = async (sources: Parameters<typeof emit>[0]) =>
    [...(await emit(sources))].map(([path, output]) => [path, output.text]);
  assert.deepEqual(await text(shuffled(goldenSources())), await text(goldenSources()));
});

test('redocly finds nothing, neither errors nor warnings', async () => {
  for (const outputs of [openApiEmitter.emit(await goldenModel(), options)]) {
    for (const [path, { text }] of outputs) assert.deepEqual(await lint(path, text), [], path);
  }
});

async function lint(path: string, text: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, absoluteRef: `/${path}`, config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`);
}
