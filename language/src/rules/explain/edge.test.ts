import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../../syntax/read.ts';
import { check } from '../index.ts';
import { type EdgeExplanation, explainEdge } from './edge.ts';
import { findEdges } from './find-edges.ts';

const text = `package shop
policy standard { timeout 800ms  deadline 2s  retry { attempts 3  backoff 25ms..400ms }  breaker { failures 50% } }
policy strict extends standard { breaker none }
service orders {
  http 80
  uses payments with strict
  uses pricing with { fallback stale  cache { ttl 1s } }
  rpc Place() { calls payments.Charge with { timeout 700ms }, pricing.Quote? }
}
service carts { http 81  uses orders with { retry { attempts 2 } }  rpc Buy() { calls orders.Place * 2 } }
service payments {
  grpc 90
  bulkhead { concurrent 8 }
  rpc Charge() { deadline 1s }
}
service pricing { grpc 91  rpc Quote() { reads } }
system s { defaults { timeout 1s  balance p2c } }`;

async function explain(from: string, to: string): Promise<EdgeExplanation> {
  const model = await readModel([{ path: 'shop.svc', text }]);
  const found = findEdges(model, from, to);
  assert.ok(found.wrong === undefined, found.wrong);
  const [edge] = found.edges;
  assert.ok(edge);
  return explainEdge(model, edge, check(model));
}

const origins = (parts: EdgeExplanation['policy']): string[] =>
  parts.map(({ text, from: { layer, policy, at } }) => `${text} | ${layer} ${policy ?? ''}:${at.start.line}`);

test('each part with the layer, the policy and the line that it comes from', async () => {
  const { policy, removed, guards } = await explain('orders.Place', 'payments.Charge');
  assert.deepEqual(origins(policy), [
    'timeout 700ms | calls :8',
    'deadline 2s | uses shop.standard:2',
    'retry { attempts 3  backoff 25ms..400ms  jitter full  on [connect, unavailable] } | uses shop.standard:2',
    'balance p2c | defaults :17',
  ]);
  assert.deepEqual(
    removed.map(({ name, by, was }) => [name, by.policy, was.from.policy]),
    [['breaker', 'shop.strict', 'shop.standard']],
  );
  assert.deepEqual(origins(guards), [
    'deadline 1s | operation :14',
    'bulkhead { concurrent 8  queue 0 } | service :13',
  ]);
});

test('what the policy comes to: attempts, the worst case, the product along the worst path', async () => {
  const { worst, amplification, hard, to } = await explain('orders.Place', 'payments.Charge');
  assert.deepEqual(worst, { ms: 2000, attempts: 3, timeout: 700, backoff: 75, cutAt: 2000 });
  assert.equal(amplification.product, 12);
  assert.deepEqual(
    amplification.hops.map(({ from, to: callee, calls }) => [from, callee, calls]),
    [
      ['carts.Buy', 'orders.Place', 4],
      ['orders.Place', 'payments.Charge', 3],
    ],
  );
  assert.equal(hard, true);
  assert.equal(to.effect, 'write');
});

test('an edge is soft by `?` or by a fallback', async () => {
  const { hard, optional, to } = await explain('orders.Place', 'pricing.Quote');
  assert.deepEqual([hard, optional, to.effect], [false, true, 'reads']);
});

test('findings at the item, in its policy, or on a path over it; no others', async () => {
  const { findings } = await explain('orders.Place', 'payments.Charge');
  assert.ok(findings.some(({ rule }) => rule === 'retry-non-idempotent'));
  const { findings: ofQuote } = await explain('orders.Place', 'pricing.Quote');
  assert.ok(!ofQuote.some(({ rule }) => rule === 'retry-non-idempotent'));
});
