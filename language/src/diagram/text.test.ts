import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitted, textWidth } from './text.ts';

test('wide letters are wider than narrow ones, ideographs and emoji as wide as they are high', () => {
  assert.ok(textWidth('WWW', 10) > 3 * textWidth('i', 10));
  assert.ok(textWidth('团队', 10) >= 20);
  assert.ok(textWidth('👩‍👩‍👧‍👦', 10) < 15, 'a family is one picture');
  assert.ok(textWidth('orders', 14, 'bold') > textWidth('orders', 14));
});

test('a text that fits stays as it is; another ends in …', () => {
  assert.equal(fitted('orders', 100, 14), 'orders');
  assert.equal(fitted('a-service-with-a-long-name', 80, 14), 'a-service…');
  assert.equal(fitted('orders', 0, 14), 'o…');
});

test('whatever is cut fits, and no letter is parted from its accents', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 2, maxLength: 60 }),
      fc.integer({ min: 40, max: 300 }),
      (text, room) => {
        const cut = fitted(text, room, 12);
        assert.ok(textWidth(cut, 12) <= room);
        if (cut !== text) assert.ok(text.startsWith(cut.slice(0, -1).trimEnd()));
      },
    ),
  );
});
