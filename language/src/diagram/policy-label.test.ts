import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphOf } from './picture-fixture.ts';

/** The label of the edge on which these parts hold. */
async function labelFor(parts: string, more = ''): Promise<string | undefined> {
  const text = `service a { uses b with { ${parts} }  rpc X() { calls b.Y ${more} } }  service b { rpc Y() { reads } }`;
  const { edges } = await graphOf(text);
  return edges.find(({ id }) => id === 'call:service:a->service:b')?.label;
}

test('timeout, attempts and the names of the rest', async () => {
  assert.equal(
    await labelFor('timeout 800ms  retry { attempts 3 }  breaker { failures 50% of 20 }'),
    '800ms · ×3 · breaker',
  );
  assert.equal(await labelFor('timeout 1500ms'), '1.5s');
  assert.equal(await labelFor('bulkhead { concurrent 4 }'), 'bulkhead');
});

test('without a timeout the deadline shows', async () => {
  assert.equal(await labelFor('deadline 2s'), '≤2s');
  assert.equal(await labelFor('timeout 1s  deadline 2s'), '1s');
});

test('one attempt is no retry, and no policy is no label', async () => {
  assert.equal(await labelFor('timeout 1s  retry { attempts 1 }'), '1s');
  assert.equal(await labelFor('retry none'), undefined);
});

test('more than four terms are counted', async () => {
  const all =
    'timeout 1s retry { attempts 2 } breaker { failures 50% of 20 } hedge { after p95 extra 1 } cache { ttl 1s } fallback stale';
  assert.equal(await labelFor(all), '1s · ×2 · breaker · +3');
});

test('different calls give a range', async () => {
  assert.equal(await labelFor('timeout 300ms', ', b.Y with { timeout 2s }'), '300ms–2s');
});
