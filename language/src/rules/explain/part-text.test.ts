import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PartName, Parts, PartValues } from '../../model/model.ts';
import { partNames, retryCauses } from '../../model/model.ts';
import { readModel } from '../../syntax/read.ts';
import { partText } from './part-text.ts';

test('every part as one would write it', async () => {
  const written = [
    'timeout 1500ms',
    'deadline 2s',
    'retry { attempts 3  backoff 25ms..250ms  jitter full  on [connect, unavailable] }',
    'breaker { failures 50%  of 20  within 10s  open 5s  probes 3  slow 50% over 300ms }',
    'bulkhead { concurrent 64  queue 0 }',
    'limit { rate 30/min  burst 400  key header "X-Api-Key"  scope global  fail closed }',
    'hedge { after p999  extra 1 }',
    'cache { ttl 30s  stale 5min  key [a, b] }',
    'fallback { total: 0 }',
    'balance consistent-hash by sku',
    'shed { lag 100ms }',
  ];
  assert.deepEqual(texts(await partsIn(written.join('\n'))), written);
});

test('what is written reads back as it was', async () => {
  const ms = fc.integer({ min: 1, max: 10_000_000 });
  const percent = fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10);
  const count = fc.integer({ min: 1, max: 100_000 });
  const values: { readonly [N in Exclude<PartName, 'fallback'>]: fc.Arbitrary<PartValues[N]> } = {
    timeout: fc.record({ ms }),
    deadline: fc.record({ ms }),
    retry: fc.record(
      {
        attempts: count,
        backoff: fc.tuple(ms, ms).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
        jitter: fc.constantFrom('full', 'equal', 'none'),
        on: fc.uniqueArray(fc.constantFrom(...retryCauses)),
        budget: percent,
      },
      { requiredKeys: ['attempts', 'backoff', 'jitter', 'on'] },
    ),
    breaker: fc.record(
      { failures: percent, of: count, within: ms, open: ms, probes: count, slow: fc.record({ percent, over: ms }) },
      { requiredKeys: ['failures', 'of', 'open', 'probes'] },
    ),
    bulkhead: fc.record({ concurrent: count, queue: fc.nat(1000) }),
    limit: fc.record(
      {
        rate: fc.oneof(
          count,
          count.map((perMinute) => perMinute * (1 / 60)),
        ),
        burst: count,
        key: fc.oneof(
          fc.constantFrom({ by: 'client.ip' } as const, { by: 'principal' } as const),
          fc.record({ by: fc.constantFrom('header', 'field'), name: fc.constantFrom('id', 'timeout') }),
        ),
        scope: fc.constantFrom('replica', 'global'),
        fail: fc.constantFrom('open', 'closed'),
      },
      { requiredKeys: ['rate', 'burst', 'scope', 'fail'] },
    ),
    hedge: fc.record({
      after: fc.oneof(
        fc.record({ ms }),
        fc.record({ percentile: fc.integer({ min: 0, max: 9999 }).map((n) => n / 100) }),
      ),
      extra: count,
    }),
    cache: fc.record(
      { ttl: ms, stale: ms, key: fc.array(fc.constantFrom('id', 'on'), { minLength: 1 }) },
      { requiredKeys: ['ttl'] },
    ),
    balance: fc.record(
      { by: fc.constantFrom('round-robin', 'least-request', 'p2c', 'consistent-hash'), key: fc.constant('sku') },
      { requiredKeys: ['by'] },
    ),
    shed: fc.oneof(fc.record({ lag: ms, gradient: fc.boolean() }), fc.constant({ gradient: true })),
  };
  await fc.assert(
    fc.asyncProperty(fc.record(values), async (parts) => {
      const written = Object.entries(parts).map(([name, value]) => partText(name as PartName, value));
      assert.deepEqual(texts(await partsIn(written.join('\n'))), written);
      for (const [name, part] of Object.entries(await partsIn(written.join('\n')))) {
        assert.deepEqual(plain(part.value), plain(parts[name as keyof typeof parts]), written.join('\n'));
      }
    }),
    { numRuns: 60 },
  );
});

/** Without places, and without fast-check's records that have no prototype. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key.endsWith('At') ? undefined : inner)));

async function partsIn(text: string): Promise<Parts> {
  const model = await readModel([{ path: 'a.svc', text: `policy p {\n${text}\n}` }]);
  assert.deepEqual(model.problems, []);
  return model.policies[0]?.parts ?? {};
}

const texts = (parts: Parts): string[] =>
  partNames.flatMap((name) => {
    const value = parts[name]?.value;
    return value === undefined ? [] : [partText(name, value)];
  });
