import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { scratch } from '../../project/scratch-fixture.ts';
import { printDiff } from './diff.ts';

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

test('what is the same has no difference', () => {
  assert.equal(printDiff('x', 'a\n', 'a\n'), '');
  assert.equal(printDiff('x', '', ''), '');
});

test('changes have three lines around them, and near ones share them', () => {
  const after = numbers(1, 30).replace('5\n', 'five\n').replace('10\n', '').replace('25\n', '25\n25a\n');
  assert.equal(
    printDiff('x.svc', numbers(1, 30), after),
    `--- x.svc
+++ x.svc
@@ -2,12 +2,11 @@
 2
 3
 4
-5
+five
 6
 7
 8
 9
-10
 11
 12
 13
@@ -23,6 +22,7 @@
 23
 24
 25
+25a
 26
 27
 28
`,
  );
});

test('a missing end of the last line is told', () => {
  assert.equal(printDiff('x', 'a', 'a\n'), '--- x\n+++ x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n');
});

test('git applies what is printed, whatever the texts are', async (t) => {
  const { path, write, read } = await scratch(t);
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'a\r', ''), { maxLength: 12 });
  const text = fc
    .tuple(lines, fc.boolean())
    .map(([all, ends]) => all.join('\n') + (ends && all.length > 0 ? '\n' : ''));
  await fc.assert(
    fc.asyncProperty(text, text, async (before, after) => {
      // A patch to or from an empty file would create or remove it.
      fc.pre(before !== after && before !== '' && after !== '');
      await write({ 'x.txt': before });
      const patch = printDiff('x.txt', before, after);
      execFileSync('git', ['apply', '-p0', '--whitespace=nowarn', '-'], { cwd: path('.'), input: patch });
      assert.equal((await read())['x.txt'], after);
    }),
    { numRuns: 40 },
  );
});
