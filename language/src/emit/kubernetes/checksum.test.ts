import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksum } from './checksum.ts';

test('checksums are those of the published test vectors', () => {
  assert.equal(checksum(''), 'cbf29ce484222325');
  assert.equal(checksum('a'), 'af63dc4c8601ec8c');
  assert.equal(checksum('foobar'), '85944171f73967e8');
});
