import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Frame, FrameReader, frameOf } from './framing.ts';

const messages = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 40_000 }), compressed: fc.boolean() }), {
  maxLength: 6,
});

test('messages come out as they went in, however the bytes are cut', () => {
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 30_000 })), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(({ bytes: each, compressed }) => frameOf(each, compressed)));
      const taken: Frame[] = [];
      const reader = new FrameReader(40_000, (frame) => taken.push(frame));
      let at = 0;
      for (const cut of cuts) {
        reader.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      reader.push(bytes.subarray(at));
      assert.equal(reader.isAmidst, false);
      assert.deepEqual(
        taken.map(({ bytes: each, compressed }) => ({ bytes: new Uint8Array(each), compressed })),
        sent.map(({ bytes: each, compressed }) => ({ bytes: new Uint8Array(each), compressed })),
      );
    }),
  );
});

test('a message above the limit is refused by what it says, before it comes', () => {
  const reader = new FrameReader(10, () => {});
  assert.throws(() => reader.push(frameOf(Buffer.alloc(11)).subarray(0, 5)), {
    code: 'resource-exhausted',
    message: 'a message has 11 bytes, and 10 are the most',
  });
});

test('a message that claims to be large takes no more room than what has come of it', () => {
  const claim = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]);
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => new FrameReader(2 ** 31, () => {}));
  for (const reader of readers) {
    reader.push(claim);
    reader.push(Buffer.alloc(1));
  }
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 * 1024 * 1024);
  assert.ok(readers.every(({ isAmidst }) => isAmidst));
});

test('a prefix that is none is refused', () => {
  assert.throws(() => new FrameReader(10, () => {}).push(Buffer.from([2, 0, 0, 0, 0])), { code: 'internal' });
});
