import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFaults } from './check-formats.ts';

const faults = (key: string, texts: readonly string[]) =>
  texts.filter((text) => formatFaults({ spec: [{ [key]: text }] }).length > 0);

test('ranges of addresses are those of IPv4 and IPv6', () => {
  const good = [
    '0.0.0.0/0',
    '10.0.0.0/8',
    '169.254.169.254/32',
    '::/0',
    'fd00::/8',
    '2001:db8:1:2:3:4:5:6/128',
    '::1/128',
  ];
  assert.deepEqual(faults('cidr', good), []);
  const bad = [
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.256/8',
    'fd00::/129',
    'fd00:::/8',
    '1:2:3:4:5:6:7/64',
    ':1:2:3:4:5:6:7:8/64',
    'x/8',
  ];
  assert.deepEqual(faults('cidr', bad), bad);
  assert.deepEqual(formatFaults({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/99'] } }), [
    '10.0.0.0/99 is no range of addresses, as 10.0.0.0/8 is',
  ]);
});

test('schedules are those of a CronJob', () => {
  const good = ['* * * * *', '0 3 * * 1-5', '*/15 0,12 1 jan-mar sun', '@daily', '0 0 31 12 7', '10-40/10 * * * *'];
  assert.deepEqual(faults('schedule', good), []);
  const bad = [
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    '@often',
    '1-2-3 * * * *',
  ];
  assert.deepEqual(faults('schedule', bad), bad);
});
