import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../syntax/read.ts';
import { callGraph } from './call-graph.ts';
import { effectivePolicy, gatewayPolicy, removedParts, serverPolicy } from './effective-policy.ts';

const system = `
  policy base { timeout 500ms  retry { attempts 3 }  cache { ttl 1s } }
  policy strict extends base { timeout 200ms  retry none }
  service pay { rpc Charge() }
  service shop {
    uses pay with strict { bulkhead { concurrent 4 } }
    rpc Plain()   { calls pay.Charge }
    rpc Closer()  { calls pay.Charge with base { timeout 50ms } }
    rpc Nothing() { calls pay.Charge with { timeout none  breaker none } }
  }
  system s { defaults { timeout 9s  breaker { failures 50% }  retry { attempts 2 } } }`;

async function policyOf(operation: string) {
  const model = await readModel([{ path: 'a.svc', text: system }]);
  const graph = callGraph(model);
  return graph.nodes.get(`shop.${operation}`)?.outgoing[0]?.policy ?? {};
}

test('parts come from the call, then from uses, then from the defaults, and each says from where', async () => {
  const policy = await policyOf('Plain');
  assert.deepEqual(
    [policy.timeout?.value.ms, policy.timeout?.from.layer, policy.timeout?.from.policy],
    [200, 'uses', 'strict'],
  );
  assert.deepEqual([policy.cache?.value.ttl, policy.cache?.from.policy], [1000, 'base']);
  assert.deepEqual([policy.bulkhead?.value.concurrent, policy.bulkhead?.from.policy], [4, undefined]);
  assert.deepEqual([policy.breaker?.value.failures, policy.breaker?.from.layer], [50, 'defaults']);
});

test('`none` removes what would be inherited, from below and from the defaults', async () => {
  assert.equal((await policyOf('Plain')).retry, undefined);
  const nothing = await policyOf('Nothing');
  assert.equal(nothing.timeout, undefined);
  assert.equal(nothing.breaker, undefined);
  assert.equal(nothing.bulkhead?.value.concurrent, 4);
});

test('what stands nearest wins, part by part', async () => {
  const closer = await policyOf('Closer');
  assert.deepEqual([closer.timeout?.value.ms, closer.timeout?.from.layer], [50, 'calls']);
  assert.deepEqual([closer.retry?.value.attempts, closer.retry?.from.policy], [3, 'base']);
});

test('a policy that extends itself ends', async () => {
  const model = await readModel([
    {
      path: 'a.svc',
      text: 'policy a extends b { timeout 1s }\npolicy b extends a { deadline 2s }\nservice x { rpc P() }\nservice y { uses x with a  rpc Q() { calls x.P } }',
    },
  ]);
  const caller = model.services[1]?.operations[0];
  const item = caller?.calls[0]?.[0];
  assert.ok(caller && item);
  const policy = effectivePolicy(model, caller, item);
  assert.deepEqual([policy.timeout?.value.ms, policy.deadline?.value.ms], [1000, 2000]);
});

test('on the receiving side: the operation, what it applies, then its service; only parts that a server has', async () => {
  const model = await readModel([
    {
      path: 'a.svc',
      text: `policy edge { limit { rate 10/s } timeout 1s }
      service s { shed  cache { ttl 1s }  rpc A() { apply edge  cache none  deadline 2s } }
      gateway g { host "x"  serves s  apply edge }`,
    },
  ]);
  const operation = model.services[0]?.operations[0];
  const gateway = model.gateways[0];
  assert.ok(operation && gateway);
  assert.deepEqual(Object.keys(serverPolicy(model, operation)).sort(), ['deadline', 'limit', 'shed']);
  assert.equal(gatewayPolicy(model, gateway).limit?.value.burst, 10);
});

test('what `none` takes away is told, with what it was', async () => {
  const model = await readModel([{ path: 'a.svc', text: system }]);
  const removedIn = (operation: string) => {
    const edge = callGraph(model).nodes.get(`shop.${operation}`)?.outgoing[0];
    assert.ok(edge);
    return removedParts(model, edge.from.declaration, edge.item).map(({ name, by, was }) => [
      name,
      [by.layer, by.policy],
      [was.from.layer, was.from.policy],
    ]);
  };
  assert.deepEqual(removedIn('Plain'), [['retry', ['uses', 'strict'], ['uses', 'base']]]);
  assert.deepEqual(removedIn('Closer'), []);
  assert.deepEqual(removedIn('Nothing'), [
    ['timeout', ['calls', undefined], ['uses', 'strict']],
    ['retry', ['uses', 'strict'], ['uses', 'base']],
    ['breaker', ['calls', undefined], ['defaults', undefined]],
  ]);
});
