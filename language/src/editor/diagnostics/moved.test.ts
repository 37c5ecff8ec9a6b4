import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movedBy } from './moved.ts';

const line = (from: number, to = from) => ({ start: { line: from, character: 1 }, end: { line: to, character: 2 } });

test('what stands before an edit stays, what stands behind it moves with its line', () => {
  const moved = movedBy('a\nb\nc\nd', 'a\nx\ny\nz\nc\nd');
  assert.deepEqual(moved(line(0)), line(0));
  assert.deepEqual(moved(line(2)), line(4));
  assert.deepEqual(moved(line(2, 3)), line(4, 5));
});

test('what an edit touches is nowhere, and what it has left out neither', () => {
  const moved = movedBy('a\nb\nc\nd', 'a\nd');
  assert.equal(moved(line(1)), undefined);
  assert.equal(moved(line(0, 1)), undefined);
  assert.deepEqual(moved(line(3)), line(1));
});

test('without an edit all stays; of repeated lines none is counted twice', () => {
  assert.deepEqual(movedBy('a\na', 'a\na')(line(1)), line(1));
  assert.deepEqual(movedBy('a\na', 'a\na\na')(line(0)), line(0));
  assert.deepEqual(movedBy('a\na\nb', 'a\nb')(line(2)), line(1));
});
