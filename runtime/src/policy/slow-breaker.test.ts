import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Testbed, testbed } from './testbed-fixture.ts';

const breaker = { failures: 0.5, of: 10, within: 10_000, open: 5000, probes: 3, slow: { share: 0.5, over: 300 } };

function stateOf({ state }: Testbed) {
  return state.breakers()[0]?.state;
}

test('an endpoint is not slow because calls wait in our own queue', async () => {
  const bed = testbed();
  const queued = {
    breaker,
    bulkhead: { concurrent: 1, queue: 100 },
  };
  for (let n = 0; n < 20; n++) bed.call(queued, () => bed.later(200, 'ok'));
  await bed.clock.advance(60_000);
  assert.equal(stateOf(bed), 'closed');
  const latencies = bed.events.filter((event) => event.kind === 'attempt-ended').map((event) => event.latency);
  assert.deepEqual(latencies, Array(20).fill(200));
});

test('it opens for slowness too, and a slow probe opens it again', async () => {
  const bed = testbed();
  const slow = { breaker };
  const mixed = [100, 300, 301, 400].map((ms) => () => bed.later(ms, 'ok'));
  for (let n = 0; n < 9; n++) bed.call(slow, mixed[n % 4]!);
  await bed.clock.advance(400);
  assert.equal(stateOf(bed), 'closed');
  bed.call(slow, mixed[3]!);
  await bed.clock.advance(400);
  assert.equal(stateOf(bed), 'open');

  await bed.clock.advance(5000);
  bed.call(slow, mixed[3]!);
  await bed.clock.advance(400);
  assert.equal(stateOf(bed), 'open');
});
