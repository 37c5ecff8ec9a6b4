import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { availabilityOf, hardDependants, hardDependencies, isHard } from './availability.ts';
import { type CallNode, callGraph } from './call-graph.ts';
import { promiseOf } from './promises.ts';
import { modelOf, simplePaths, systems } from './random-system-fixture.ts';

async function needed(calls: string, others: string): Promise<readonly [string[], number]> {
  const model = await modelOf(
    `service a { slo { availability 99.99% } rpc X() { ${calls} } rpc Own() { calls c.X } } ${others}`,
  );
  const dependencies = hardDependencies(model, callGraph(model).nodes.get('a.X') as CallNode);
  return [dependencies.map(({ id }) => id), Math.round(availabilityOf(dependencies) * 1e6) / 1e6];
}

const b = 'service b { slo { availability 99% } rpc X() { calls c.X } rpc Y() }';
const c = 'external c { availability 98% rpc X() }';

test('the product of what is needed and promised', async () => {
  assert.deepEqual(await needed('calls b.X & c.X', `${b} ${c}`), [['b', 'c'], 97.02]);
  assert.deepEqual(await needed('calls b.X', `${b} ${c}`), [['b'], 99], 'a promise stands for all behind it');
  assert.deepEqual(await needed('calls b.X * 3, b.Y', `${b} ${c}`), [['b'], 99], 'once, however often it is called');
  assert.deepEqual(await needed('calls b.X?, c.X with { fallback [] }', `${b} ${c}`), [[], 100]);
});

test('who promises nothing is looked through, and so is the own service', async () => {
  const silent = 'service b { rpc X() { calls c.X, b.X, a.X } }';
  assert.deepEqual(await needed('calls b.X', `${silent} ${c}`), [['c'], 98]);
  assert.deepEqual(await needed('calls a.Own', c), [['c'], 98]);
  assert.deepEqual(await needed('calls b.X', 'service b { rpc X() { calls c.X } } service c { rpc X() }'), [[], 100]);
});

test('the dependencies of whatever systems are those on some way over hard edges without a promise between', async () => {
  await fc.assert(
    fc.asyncProperty(systems, async (text) => {
      const model = await modelOf(text);
      const graph = callGraph(model);
      const promises = (id: string): boolean => promiseOf(model, id).availability !== undefined;
      const paths = [...simplePaths(graph)];
      for (const node of graph.nodes.values()) {
        const own = node.declaration.service;
        const foreign = (id: string): boolean => id !== own && promises(id);
        const expected = paths.flatMap((path) => {
          const services = path.map(({ to }) => to.declaration.service);
          const isWay = path[0]?.from === node && path.every(isHard) && !services.slice(0, -1).some(foreign);
          return isWay ? services.slice(-1).filter(foreign) : [];
        });
        assert.deepEqual(
          hardDependencies(model, node)
            .map(({ id }) => id)
            .sort(),
          [...new Set(expected)].sort(),
        );
      }
    }),
    { numRuns: 200 },
  );
});

test('who cannot do without a service is whoever promises, on some way over hard edges without a promise between', async () => {
  await fc.assert(
    fc.asyncProperty(systems, async (text) => {
      const model = await modelOf(text);
      const paths = [...simplePaths(callGraph(model))];
      for (const service of model.services) {
        const foreign = (id: string): boolean => id !== service.id && promiseOf(model, id).availability !== undefined;
        const expected = paths.flatMap((path) => {
          const services = path.map(({ from }) => from.declaration.service);
          const isWay =
            path.at(-1)?.to.declaration.service === service.id &&
            path.every((edge) => isHard(edge) && edge.from.kind === 'operation') &&
            !services.slice(1).some(foreign);
          return isWay ? services.slice(0, 1).filter(foreign) : [];
        });
        const found = hardDependants(model, service).map(({ edge }) => edge.from.declaration.service);
        assert.deepEqual(found.sort(), [...new Set(expected)].sort());
      }
    }),
    { numRuns: 200 },
  );
});
