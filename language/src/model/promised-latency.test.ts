import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CallNode, callGraph } from './call-graph.ts';
import type { Model } from './model.ts';
import { promisedLatency } from './promised-latency.ts';
import { promiseOf } from './promises.ts';
import { isPartOfLoop, modelOf, systems } from './random-system-fixture.ts';
import { worstOfCall } from './worst-case.ts';

async function latency(calls: string): Promise<number> {
  const model = await modelOf(`
    service a { slo { latency p99 1s } rpc X() { calls ${calls} } rpc Own() { calls c.X } }
    service b { slo { latency p99 100ms } rpc X() { calls c.X } }
    external c { latency p99 40ms rpc X() }
    service d { rpc X() { calls b.X, c.X, d.X } }
    service e { slo { latency p95 10ms } rpc X() }`);
  return promisedLatency(model, callGraph(model).nodes.get('a.X') as CallNode, 99).ms;
}

test('along the sequence, the longest of those in parallel, so often as it is called', async () => {
  assert.equal(await latency('b.X & c.X, c.X'), 140);
  assert.equal(await latency('b.X & c.X * 3'), 120);
  assert.equal(await latency('b.X?, c.X'), 140);
});

test('never longer than the caller waits', async () => {
  assert.equal(await latency('b.X with { timeout 30ms fallback [] }, c.X'), 70);
});

test('who promises nothing of the kind is looked through, and so is the own service', async () => {
  assert.equal(await latency('d.X'), 140);
  assert.equal(await latency('a.Own'), 40);
  assert.equal(await latency('e.X'), 0);
});

function slowly(model: Model, node: CallNode, percentile: number): number {
  const edges = node.outgoing;
  const times = node.declaration.calls.map((group) =>
    edges
      .filter(({ item }) => group.includes(item))
      .map((edge) => {
        const { service } = edge.to.declaration;
        const promise = service === node.declaration.service ? undefined : promiseOf(model, service).latency;
        const behind = isPartOfLoop(edge) ? 0 : slowly(model, edge.to, percentile);
        const once = promise?.percentile === percentile ? promise.ms : behind;
        return edge.item.times * Math.min(once, worstOfCall(edge).ms);
      }),
  );
  return times.reduce((sum, group) => sum + Math.max(0, ...group), 0);
}

test('the latency of whatever systems is what looking at every way says', async () => {
  await fc.assert(
    fc.asyncProperty(systems, fc.constantFrom(95, 99), async (text, percentile) => {
      const model = await modelOf(text);
      for (const node of callGraph(model).nodes.values()) {
        assert.equal(promisedLatency(model, node, percentile).ms, slowly(model, node, percentile));
      }
    }),
    { numRuns: 200 },
  );
});
