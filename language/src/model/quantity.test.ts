import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dimension, quantity } from './quantity.ts';

test('quantities mean milliseconds, calls a second, percent, bytes, millicores and counts', () => {
  const cases: [string, Dimension, number][] = [
    ['250ms', 'duration', 250],
    ['1.5s', 'duration', 1500],
    ['5min', 'duration', 300_000],
    ['30d', 'duration', 2_592_000_000],
    ['100/s', 'rate', 100],
    ['600/min', 'rate', 10],
    ['99.9%', 'percent', 99.9],
    ['256Mi', 'bytes', 268_435_456],
    ['20G', 'bytes', 2e10],
    ['250m', 'cpu', 250],
    ['1.5', 'cpu', 1500],
    ['16', 'count', 16],
  ];
  for (const [text, dimension, value] of cases) assert.deepEqual(quantity(text, dimension), { value }, text);
});

test('a wrong unit says what was expected, and the mend where it is clear', () => {
  assert.deepEqual(
    quantity('5m', 'duration').wrong && (quantity('5m', 'duration') as { mended?: string }).mended,
    '5min',
  );
  assert.match(quantity('800', 'duration').wrong ?? '', /no unit.*250ms/);
  assert.match(quantity('5Mi', 'duration').wrong ?? '', /no duration/);
  assert.match(quantity('-5s', 'duration').wrong ?? '', /below zero/);
  assert.match(quantity('1.5', 'count').wrong ?? '', /whole number/);
  for (const unit of ['constructor', 'toString', '__proto__']) assert.ok(quantity(`1${unit}`, 'bytes').wrong);
});
