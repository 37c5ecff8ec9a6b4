import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { check } from '../../language/src/rules/index.ts';
import { readModel } from '../../language/src/syntax/read.ts';

type Snippets = Readonly<Record<string, { readonly prefix: string; readonly body: readonly string[] }>>;

/** What a snippet becomes when nothing is typed over: the first words that stand at each place stand at all of them. */
function expanded(body: readonly string[]): string {
  const words = new Map<string, string>([['0', '']]);
  const text = body.join('\n').replace(/\$\{1:\$\{TM_FILENAME_BASE[^}]*\}\}/, 'shop');
  for (const [, place, word] of text.matchAll(/\$\{(\d+):([^}]*)\}/g)) {
    if (place !== undefined && word !== undefined && !words.has(place)) words.set(place, word);
  }
  return text.replace(/\$\{(\d+):[^}]*\}|\$(\d+)/g, (_, one, other) => words.get(one ?? other) ?? '');
}

test('what a snippet writes has no error and no warning', async () => {
  const snippets: Snippets = JSON.parse(await readFile(new URL('../snippets/weir.json', import.meta.url), 'utf8'));
  assert.ok(Object.keys(snippets).length >= 3);
  for (const [name, { prefix, body }] of Object.entries(snippets)) {
    assert.match(prefix, /^weir-/, 'the words of the language are completed by the server');
    const text = expanded(body);
    assert.doesNotMatch(text, /\$/);
    const found = check(await readModel([{ path: 'shop.svc', text }]));
    const wrong = found.filter(({ severity }) => severity !== 'hint');
    assert.deepEqual(
      wrong.map(({ rule, message }) => `${rule}: ${message}`),
      [],
      `${name}:\n${text}`,
    );
  }
});
