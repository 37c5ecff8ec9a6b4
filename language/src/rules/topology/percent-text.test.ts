import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentText } from './percent-text.ts';

test('percentages have the digits that tell them apart, and never look like more than they are', () => {
  assert.equal(percentText(99.9), '99.9%');
  assert.equal(percentText(100), '100%');
  assert.equal(percentText(99.99999), '99.99999%');
  assert.equal(percentText(99.8458, 99.9), '99.84%');
  assert.equal(percentText(99.899_95, 99.9), '99.89%');
  assert.equal(percentText(99.895, 99.9), '99.89%');
});
