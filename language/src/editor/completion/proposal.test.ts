import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText, snippetText } from './proposal.ts';

test('a template is a snippet whose holes are visited in order, and plain text where nobody fills them in', () => {
  const template = 'policy «name» {\n\t«timeout 1s»\n\t«»\n}';
  assert.equal(snippetText(template), 'policy #{1:name} {\n\t#{2:timeout 1s}\n\t#0\n\\}'.replaceAll('#', '$'));
  assert.equal(plainText({ label: 'policy', template }), 'policy name {\n  timeout 1s\n  \n}');
  assert.equal(plainText({ label: 'reads' }), 'reads');
});
