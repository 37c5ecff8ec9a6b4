import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Library } from './library.ts';
import { judge, libraries, lines, tableOf, type Verdict } from './table.ts';
import { weir } from './weir.ts';

const page = new URL('../../runtime/docs/compared.md', import.meta.url);
/** Between the two the page has what this test prints. */
const [begins, ends] = ['<!-- table: written by test/rivals -->\n\n', '\n<!-- end of table -->'];

const verdicts = new Map<Library, Verdict[]>(libraries.map((library) => [library, []]));

for (const library of libraries) {
  test(`${library.name} on the sixteen lines`, { timeout: 120_000 }, async () => {
    for (let line = 1; line <= lines.length; line++) verdicts.get(library)!.push(await judge(library, line));
    // Others may do as they like.
    if (library !== weir) return;
    const kept: Verdict[] = lines.map(() => []);
    assert.deepEqual(verdicts.get(weir), kept);
  });
}

test('docs/compared.md has the table of this run', () => {
  const table = tableOf(verdicts);
  console.log(table);
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begins) + begins.length, text.indexOf(ends)];
  assert.ok(from >= begins.length && to >= from, 'the page has its two marks');
  if (process.env.UPDATE_GOLDEN) writeFileSync(page, text.slice(0, from) + table + text.slice(to));
  else assert.equal(text.slice(from, to), table, 'run it with UPDATE_GOLDEN=1 to accept what has changed');
});
