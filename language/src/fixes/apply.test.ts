import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fix } from '../model/model.ts';
import type { Diagnostic } from '../rules/index.ts';
import { applyFixes } from './apply.ts';
import { choose, unambiguous } from './choose.ts';

/** A fix that puts a text in the place of a stretch of one line: `[line, from, to, text]`, columns from 1. */
function fix(...edits: readonly (readonly [line: number, from: number, to: number, text: string])[]): Fix {
  return {
    title: 'fix',
    edits: edits.map(([line, from, to, text]) => ({
      at: { file: 'x.svc', start: { line, column: from }, end: { line, column: to } },
      text,
    })),
  };
}

function finding(...fixes: readonly Fix[]): Diagnostic {
  const at = { file: 'x.svc', start: { line: 1, column: 1 }, end: { line: 1, column: 2 } };
  return { rule: 'unit', severity: 'error', message: 'wrong', at, related: [], fixes, docs: '' };
}

const applied = (text: string, ...fixes: readonly Fix[]): string | undefined =>
  applyFixes([{ path: 'x.svc', text }], fixes)[0]?.text;

test('edits are made at their places, those at one place in their order, and a text without any is the same', () => {
  assert.equal(applied('abc\ndef', fix([2, 1, 2, 'X']), fix([1, 3, 3, '1']), fix([1, 3, 3, '2'])), 'ab12c\nXef');
  const other = { path: 'y.svc', text: 'y' };
  assert.equal(applyFixes([other], [fix([1, 1, 2, 'x'])])[0], other);
  assert.equal(applied('ab', fix([1, 9, 9, '!'])), 'ab!');
});

test('lines end as they do, and what is put in ends its lines alike', () => {
  assert.equal(applied('a\r\nb\r\n', fix([2, 2, 2, '\nc'])), 'a\r\nb\r\nc\r\n');
  assert.equal(applied('a\nb', fix([2, 2, 2, '\nc'])), 'a\nb\nc');
  assert.equal(applied('a\rb', fix([2, 1, 2, 'c'])), 'a\rc');
});

test('what is taken out leaves no blank line and no gap', () => {
  assert.equal(applied('a\n  gone  \nb', fix([2, 3, 7, ''])), 'a\nb');
  assert.equal(applied('a\r\ngone\r\nb', fix([2, 1, 5, ''])), 'a\r\nb');
  assert.equal(applied('  gone a', fix([1, 3, 7, ''])), '  a');
  assert.equal(applied('a gone b', fix([1, 3, 7, ''])), 'a b');
  assert.equal(applied('a gone', fix([1, 3, 7, ''])), 'a');
  assert.equal(applied('(gone b', fix([1, 2, 6, ''])), '( b');
  assert.equal(applied('gone', fix([1, 1, 5, ''])), '');
});

test('of two blank lines that would meet, or stand at an end, one goes as well', () => {
  assert.equal(applied('a\n\ngone\n\nb', fix([3, 1, 5, ''])), 'a\n\nb');
  assert.equal(applied('a\r\n\r\ngone\r\n\r\nb', fix([3, 1, 5, ''])), 'a\r\n\r\nb');
  assert.equal(applied('a {\n  gone\n\n  b\n}', fix([2, 3, 7, ''])), 'a {\n  b\n}');
  assert.equal(applied('a {\n  b\n\n  gone\n}', fix([4, 3, 7, ''])), 'a {\n  b\n}');
  assert.equal(applied('gone\n\na', fix([1, 1, 5, ''])), 'a');
  assert.equal(applied('a\n\ngone\n', fix([3, 1, 5, ''])), 'a\n');
  assert.equal(applied('a\n\ngone', fix([3, 1, 5, ''])), 'a\n');
  assert.equal(applied('a\ngone\n\nb', fix([2, 1, 5, ''])), 'a\n\nb');
  assert.equal(applied('a\n\ngone\nb', fix([3, 1, 5, ''])), 'a\n\nb');
  assert.equal(applied('a\n\ngone\ngone\n\nb', fix([3, 1, 5, ''], [4, 1, 5, ''])), 'a\n\n\nb');
});

test('what is put below a line goes below its comment', () => {
  assert.equal(applied('a // why\nb', fix([1, 2, 2, '\nc'])), 'a // why\nc\nb');
  assert.equal(applied('a b // why', fix([1, 2, 2, '\nc'])), 'a\nc b // why');
});

test('a fix that needs no choice is the only one, or the only preferred one, and not for people', () => {
  const [a, b] = [fix([1, 1, 1, 'a']), fix([1, 1, 1, 'b'])];
  assert.equal(unambiguous([a]), a);
  assert.equal(unambiguous([a, b]), undefined);
  assert.deepEqual(unambiguous([a, { ...b, preferred: true }]), { ...b, preferred: true });
  assert.equal(
    unambiguous([
      { ...a, preferred: true },
      { ...b, preferred: true },
    ]),
    undefined,
  );
  assert.equal(unambiguous([]), undefined);
  assert.equal(unambiguous([{ ...a, preferred: false }]), undefined);
});

test('of fixes that overlap the later one waits, whole; the same edit twice is one', () => {
  const chosen = (...fixes: readonly Fix[]): number[] =>
    choose(fixes.map((one) => finding(one))).map((choice) => fixes.indexOf(choice.fix));
  assert.deepEqual(chosen(fix([1, 1, 5, 'a']), fix([1, 4, 8, 'b']), fix([1, 5, 9, 'c'])), [0, 2]);
  assert.deepEqual(chosen(fix([1, 1, 5, '']), fix([2, 1, 1, 'x'], [1, 2, 2, 'y']), fix([2, 1, 1, 'z'])), [0, 2]);
  const same = [fix([1, 1, 1, 'import a\n']), fix([1, 1, 1, 'import a\n'])];
  assert.deepEqual(chosen(...same), [0, 1]);
  assert.equal(applied('b', ...same), 'import a\nb');
  assert.deepEqual(chosen(fix([1, 1, 5, 'a'], [1, 3, 4, 'b'])), [], 'a fix that overlaps itself is none');
});

test('what is chosen never overlaps, whatever is offered', () => {
  const place = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 }), fc.nat(5));
  const edit = place.map(([line, from, length]) => [line, from, from + length, '*'] as const);
  const fixes = fc.array(
    fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => fix(...edits)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fixes, (offered) => {
      const chosen = choose(offered.map((one) => finding(one)));
      const edits = chosen.flatMap((choice) => choice.fix.edits);
      const different = [...new Map(edits.map((one) => [JSON.stringify(one.at), one])).values()];
      for (const [i, { at: a }] of different.entries()) {
        for (const { at: b } of different.slice(i + 1)) {
          if (a.start.line !== b.start.line) continue;
          assert.ok(a.end.column <= b.start.column || b.end.column <= a.start.column);
        }
      }
      const [first] = offered.filter(({ edits: own }) => own.length === 1);
      if (first && offered[0] === first) assert.equal(chosen[0]?.fix, first, 'the first is never refused');
    }),
  );
});
