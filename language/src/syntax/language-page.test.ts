import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the example of the language page is the one that the tests read', () => {
  const page = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');
  const example = readFileSync(new URL('../grammar/example.svc', import.meta.url), 'utf8');
  assert.equal(/```svc\n([\s\S]*?)```/.exec(page)?.[1], example);
});
