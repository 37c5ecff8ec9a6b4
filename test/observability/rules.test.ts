import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goldenModel, options } from '../../language/src/emit/golden-fixture.ts';
import { observabilityEmitter } from '../../language/src/emit/observability/index.ts';
import { missing } from '../installed.ts';
import { complaints, inFolder, promtool } from './burning.ts';

const skip = missing('promtool');

test('promtool takes the rules of a system, and its linter finds nothing', { skip }, async () => {
  const outputs = observabilityEmitter.emit(await goldenModel(), options);
  inFolder((folder) => {
    writeFileSync(join(folder, 'rules.yaml'), outputs.get('generated/observability/rules.yaml')!.text);
    assert.equal(promtool(['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yaml'], folder), '');
  });
});

test('an outage pages within minutes, and is over when it is over; a blip says nothing', { skip }, async () => {
  const page = (window: string) => ({ namespace: 'outage', severity: 'page', window }) as const;
  const found = await complaints({
    quiet: 6 * 60,
    troubles: [
      { namespace: 'outage', faults: 600, minutes: 10 },
      { namespace: 'blip', faults: 60, minutes: 2 },
    ],
    severities: ['page'],
    expected: {
      0: [],
      // Of 99.95 % over thirty days: 14.4 × 0.05 % of an hour are 26 seconds of outage; 6 × 0.05 % of six hours, 65.
      1: [page('1h')],
      2: [page('1h'), page('6h')],
      // The short window of each has forgotten it.
      16: [page('6h')],
      41: [],
    },
  });
  assert.equal(found, '');
});
