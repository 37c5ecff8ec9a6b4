import assert from 'node:assert/strict';
import { test } from 'node:test';
import { burnWindows } from './windows.ts';

const day = 86_400;
const told = (seconds: number, budget = 0.001) =>
  burnWindows(seconds, budget).map(({ long, short, factor, severity }) => `${long} ${short} ${factor} ${severity}`);

test('over thirty days the windows are those of the workbook', () => {
  assert.deepEqual(told(30 * day), ['1h 5m 14.4 page', '6h 30m 6 page', '1d 2h 3 ticket', '3d 6h 1 ticket']);
});

test('over another time the windows are scaled, and the factors stay', () => {
  assert.deepEqual(told(7 * day), ['14m 2m 14.4 page', '84m 7m 6 page', '336m 28m 3 ticket', '1008m 84m 1 ticket']);
  assert.deepEqual(told(90 * day), ['3h 15m 14.4 page', '18h 90m 6 page', '3d 6h 3 ticket', '9d 18h 1 ticket']);
});

test('no window is shorter than what a few scrapes fill', () => {
  assert.deepEqual(told(day / 2), ['4m 2m 14.4 page', '6m 2m 6 page', '24m 2m 3 ticket', '72m 6m 1 ticket']);
});

test('an alert that no rate of errors could reach is left out', () => {
  assert.deepEqual(told(30 * day, 0.1), ['6h 30m 6 page', '1d 2h 3 ticket', '3d 6h 1 ticket']);
  assert.deepEqual(told(30 * day, 0), told(30 * day));
});
