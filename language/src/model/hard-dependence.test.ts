import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readModel } from '../syntax/read.ts';
import { isHard } from './availability.ts';
import { type CallNode, callGraph } from './call-graph.ts';
import { dependOnHard, hardPath } from './hard-dependence.ts';
import type { Model } from './model.ts';

/** Services with one operation each, which calls some of the others, hard or not. */
const systems = fc.integer({ min: 1, max: 45 }).chain((size) =>
  fc.array(fc.array(fc.tuple(fc.nat(size - 1), fc.boolean()), { maxLength: 2 }), {
    minLength: size,
    maxLength: size,
  }),
);

const written = (calls: readonly (readonly [number, boolean])[], i: number): string => {
  const items = calls.map(([callee, optional]) => `s${callee}.X${optional ? '?' : ''}`);
  return `service s${i} { rpc X() { ${items.length > 0 ? `calls ${items.join(', ')}` : ''} } }`;
};

test('an operation needs a service if a path of hard calls leads there, and the path is one', async () => {
  await fc.assert(
    fc.asyncProperty(systems, async (system) => {
      const model = await readModel([{ path: 'a.svc', text: system.map(written).join('\n') }]);
      const nodes = [...callGraph(model).nodes.values()];
      const questions = nodes.flatMap((node) =>
        nodes.map(({ declaration }) => ({ node, service: declaration.service })),
      );
      const answers = dependOnHard(questions);
      for (const [i, question] of questions.entries()) {
        const { node, service } = question;
        const reached = reachedFrom(model, node);
        assert.equal(answers[i], reached.has(service));
        const path = hardPath(question);
        assert.ok(path.every((edge, hop) => isHard(edge) && edge.from === (path[hop - 1]?.to ?? node)));
        if (reached.has(service)) assert.equal((path.at(-1)?.to ?? node).declaration.service, service);
        else assert.deepEqual(path, []);
      }
    }),
    { numRuns: 60 },
  );
});

/** The same by walking, for one operation. */
function reachedFrom(model: Model, node: CallNode): ReadonlySet<string> {
  const nodes = new Set([node]);
  for (const { id } of nodes)
    for (const edge of callGraph(model).nodes.get(id)?.outgoing ?? []) if (isHard(edge)) nodes.add(edge.to);
  return new Set([...nodes].map(({ declaration }) => declaration.service));
}
