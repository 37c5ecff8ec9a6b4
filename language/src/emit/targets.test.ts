import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { defaultTargets, targetNames, targets } from './targets.ts';

test('the schema of weir.json knows all targets, and which of them are written when nobody says', () => {
  const schema = JSON.parse(readFileSync(new URL('../../weir.schema.json', import.meta.url), 'utf8'));
  const { items, default: usual } = schema.properties.emit;
  assert.deepEqual(items.anyOf[0].enum, targetNames);
  assert.deepEqual(usual, defaultTargets);
});

test('a target goes by the name of its emitter', async () => {
  for (const name of targetNames) assert.equal((await targets[name]()).name, name);
});
