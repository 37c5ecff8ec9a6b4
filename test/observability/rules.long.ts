import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing } from '../installed.ts';
import { complaints } from './burning.ts';

test('a slow leak asks for work within a day and wakes nobody', { skip: missing('promtool') }, async () => {
  const ticket = (window: string) => ({ namespace: 'leak', severity: 'ticket', window }) as const;
  const found = await complaints({
    quiet: 3 * 24 * 60,
    troubles: [{ namespace: 'leak', faults: 1.2, minutes: 24 * 60 }],
    severities: ['page', 'ticket'],
    // 0.2 % of the requests: of a day more than 3 × 0.05 %, and of three days more than 0.05 %, after 18 hours.
    expected: { 0: [], [17 * 60]: [], [19 * 60]: [ticket('1d'), ticket('3d')] },
  });
  assert.equal(found, '');
});
