import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import { modelOf, systems } from './random-system-fixture.ts';
import { deadlineOf, worstOfCall, worstOfNode } from './worst-case.ts';

const unknown = Number.POSITIVE_INFINITY;

async function worstOf(policy: string): Promise<ReturnType<typeof worstOfCall>> {
  const model = await modelOf(
    `service a { uses b with { ${policy} }  rpc X() { calls b.Y } }\nservice b { rpc Y() { deadline 1ms } }`,
  );
  return worstOfCall(callGraph(model).edges[0] as CallEdge);
}

test('a call: its attempts, the longest backoff before each further one, and its deadline', async () => {
  assert.equal((await worstOf('timeout 100ms')).ms, 100);
  assert.equal((await worstOf('timeout 100ms retry { attempts 1 }')).ms, 100);
  // 4 × 100 ms, and 10, 20 and 25 ms between them.
  assert.equal((await worstOf('timeout 100ms retry { attempts 4 backoff 10ms..25ms }')).ms, 455);
  assert.equal((await worstOf('timeout 100ms retry { attempts 4 backoff 0ms..25ms }')).ms, 400);
  assert.equal((await worstOf('timeout 100ms retry { attempts 3 backoff 10ms }')).ms, 320);
  assert.equal((await worstOf('timeout 100ms retry { attempts 1000001 backoff 1ms..2ms }')).ms, 102_000_099);
  assert.deepEqual(await worstOf('timeout 100ms deadline 250ms retry { attempts 3 backoff 10ms }'), {
    ms: 250,
    attempts: 3,
    timeout: 100,
    backoff: 20,
    cutAt: 250,
  });
  assert.equal((await worstOf('deadline 250ms retry { attempts 3 }')).ms, 250);
  assert.equal((await worstOf('retry { attempts 3 }')).ms, unknown);
});

test('an operation: its groups one after the other, of each the longest, and its own deadline', async () => {
  const worst = async (calls: string, own = ''): Promise<number> => {
    const model = await modelOf(
      `service a { uses b, c  rpc X() { calls ${calls} ${own} } }
       service b { rpc Y() { calls c.Z } }  service c { rpc Z() }
       system s { defaults { timeout 100ms } }`,
    );
    return worstOfNode(model, callGraph(model).nodes.get('a.X') as CallNode).ms;
  };
  assert.equal(await worst('b.Y & c.Z, c.Z'), 200);
  assert.equal(await worst('b.Y with { timeout 250ms } & c.Z * 3?'), 300);
  assert.equal(await worst('b.Y with { timeout none }, c.Z'), unknown);
  assert.equal(await worst('b.Y with { timeout none }, c.Z', 'deadline 2s'), 2000);
  assert.equal(await worst('b.Y', 'deadline 2s'), 100);
  assert.equal(await worst('b.Nothing, nobody.Y'), 0);
});

test('worst cases of whatever systems, by the words of the design', async () => {
  await fc.assert(
    fc.asyncProperty(systems, async (text) => {
      const model = await modelOf(text);
      const { nodes, edges } = callGraph(model);
      const call = ({ policy: { timeout, deadline, retry } }: CallEdge): number => {
        const waits = Array.from({ length: (retry?.value.attempts ?? 1) - 1 }, (_, i) =>
          Math.min(retry?.value.backoff.max ?? 0, (retry?.value.backoff.min ?? 0) * 2 ** i),
        );
        const tries = (timeout?.value.ms ?? unknown) * (waits.length + 1) + waits.reduce((sum, wait) => sum + wait, 0);
        return Math.min(tries, deadline?.value.ms ?? unknown);
      };
      for (const edge of edges) assert.equal(worstOfCall(edge).ms, call(edge));
      for (const node of nodes.values()) {
        const groups = node.declaration.calls.map((group) =>
          Math.max(0, ...edges.filter(({ item }) => group.includes(item)).map((edge) => edge.item.times * call(edge))),
        );
        const sum = groups.reduce((total, longest) => total + longest, 0);
        assert.equal(worstOfNode(model, node).ms, Math.min(sum, deadlineOf(model, node) ?? unknown));
      }
    }),
    { numRuns: 200 },
  );
});
