import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import { type Demand, demandOn, ownLimitOf, totalOf } from './demand.ts';
import { together } from './deployments.ts';
import type { Model } from './model.ts';
import { isPartOfLoop, modelOf, systems } from './random-system-fixture.ts';

async function demand(id: string, text: string): Promise<Demand> {
  const model = await modelOf(text);
  return demandOn(model, callGraph(model).nodes.get(id) as CallNode);
}

const bottom = 'service c { rpc Z() }';
const deploy = 'deploy { replicas 2..5 }';

test('rates are added, times how often each calls, and passed on by those without a limit', async () => {
  const text = `
    service a { uses b, c  rpc X() { limit { rate 10/s  scope global }  calls b.Y * 2, c.Z } }
    service b { uses c  rpc Y() { calls c.Z * 3? } }
    ${bottom}`;
  assert.deepEqual(await demand('b.Y', text), { rate: 20, isComplete: true });
  assert.deepEqual(await demand('c.Z', text), { rate: 70, isComplete: true });
  assert.deepEqual(await demand('a.X', text), { rate: 0, isComplete: false });
});

test('a limit counts on each replica, and not at all by client', async () => {
  const caller = (limit: string): string => `service a { uses c ${deploy}  rpc X() { ${limit} calls c.Z } } ${bottom}`;
  assert.deepEqual(await demand('c.Z', caller('limit { rate 10/s }')), { rate: 50, isComplete: true });
  assert.deepEqual(await demand('c.Z', caller('limit { rate 10/s  key client.ip }')), { rate: 0, isComplete: false });
  assert.deepEqual(await demand('c.Z', caller('')), { rate: 0, isComplete: false });
  const larger = `${caller('limit { rate 10/s }')} system s { environment e { a { replicas 9 } } environment f { a { replicas 1 } } }`;
  assert.deepEqual(await demand('c.Z', larger), { rate: 90, isComplete: true });
});

test('what goes over an edge is bounded by the limit of the edge', async () => {
  const text = `service a { uses c with { limit { rate 1/s } } ${deploy}  rpc X() { limit { rate 10/s } calls c.Z } } ${bottom}`;
  assert.deepEqual(await demand('c.Z', text), { rate: 5, isComplete: true });
});

test('what comes from outside is unknown: gateways, handlers of events, loops', async () => {
  const limited = 'service a { uses b  rpc X() { limit { rate 10/s  scope global } calls b.Y } }';
  const behind = `service b { uses c  http 1 rpc Y() { route GET /y calls c.Z } } ${bottom}`;
  assert.deepEqual(await demand('c.Z', `${limited} ${behind}`), { rate: 10, isComplete: true });
  assert.deepEqual(await demand('c.Z', `${limited} ${behind} gateway g { serves b  limit { rate 5/s } }`), {
    rate: 10,
    isComplete: false,
  });
  assert.deepEqual(await demand('c.Z', `${bottom} event E { } service b { on E { calls c.Z } }`), {
    rate: 0,
    isComplete: false,
  });
  const loop = 'service b { uses b  rpc Y() { calls b.Y * 2 } }';
  assert.deepEqual(await demand('b.Y', `${limited} ${loop}`), { rate: 10, isComplete: false });
});

/** By the definition, each way to each caller taken anew. */
function slowly(model: Model, node: CallNode): Demand {
  const rates = node.incoming.map((edge: CallEdge): Demand => {
    const { from, item, policy } = edge;
    const limit = from.kind === 'operation' ? ownLimitOf(model, from.declaration) : undefined;
    const unknown = { rate: 0, isComplete: false };
    const rate = limit
      ? { rate: together(limit), isComplete: true }
      : isPartOfLoop(edge)
        ? unknown
        : slowly(model, from);
    const most = policy.limit && totalOf(model, policy.limit.value, from.declaration.service);
    const asked = rate.rate * item.times;
    return { rate: Math.min(asked, most ? together(most) : asked), isComplete: rate.isComplete };
  });
  return {
    rate: rates.reduce((sum, { rate }) => sum + rate, 0),
    isComplete: rates.length > 0 && rates.every(({ isComplete }) => isComplete),
  };
}

test('the demand on whatever systems is what the definition says', async () => {
  await fc.assert(
    fc.asyncProperty(systems, async (text) => {
      const model = await modelOf(text);
      for (const node of callGraph(model).nodes.values()) assert.deepEqual(demandOn(model, node), slowly(model, node));
    }),
    { numRuns: 200 },
  );
});
