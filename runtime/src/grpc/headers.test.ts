import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBinary, encodeBinary } from '../headers.ts';
import { decodeMessage, encodeMessage, formatTimeout, parseTimeout } from './headers.ts';

test('a timeout has at most eight digits, is never shorter than what is left, and hardly longer', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 3.5e14, noNaN: true }), (left) => {
      const text = formatTimeout(left);
      assert.match(text, /^\d{1,8}[HSm]$/);
      const read = parseTimeout(text)!;
      assert.ok(read >= left && read <= left * 1.0001 + 1, `${left} became ${text}`);
    }),
  );
});

test('every unit is read, and what is no timeout is told', () => {
  const read = ['2H', '3M', '4S', '5m', '6u', '7n'].map((text) => parseTimeout(text));
  assert.deepEqual(read, [7_200_000, 180_000, 4000, 5, 0.006, 0.000007]);
  for (const text of ['', '1', 'm', '-1m', '1.5S', '123456789m', '1x', ' 1m'])
    assert.equal(parseTimeout(text), undefined, text);
});

test('any message survives its way as a header, which holds printable ASCII only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (message) => {
      const encoded = encodeMessage(message);
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.equal(decodeMessage(encoded), message.toWellFormed());
    }),
  );
});

test('a message that nobody escaped is read as it is', () => {
  assert.deepEqual(['100% sure', '50%2', '%C3%28'].map(decodeMessage), ['100% sure', '50%2', '\ufffd(']);
});

test('bytes are read with padding, without it, and from the first of several', () => {
  const bytes = Buffer.from([0xab, 0xab, 0xab, 0x01]);
  assert.equal(encodeBinary(bytes), 'q6urAQ');
  for (const value of ['q6urAQ', 'q6urAQ==', 'q6urAQ==,AAAA']) assert.deepEqual(decodeBinary(value), bytes);
});
