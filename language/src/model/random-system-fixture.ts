import fc from 'fast-check';
import { readModel } from '../syntax/read.ts';
import type { CallEdge, CallGraph } from './call-graph.ts';
import type { Model } from './model.ts';

/** Small systems of every shape: chains, knots, calls of oneself and of nobody, islands, the same call twice. */
export const systems: fc.Arbitrary<string> = fc
  .integer({ min: 1, max: 6 })
  .chain((size) => fc.array(serviceOf(size), { minLength: size, maxLength: size }))
  .map((services) => services.map((service, i) => service(i)).join('\n'));

/** The same system always has the same model. */
export async function modelOf(text: string): Promise<Model> {
  return readModel([{ path: 'main.svc', text }]);
}

const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), text);

const policy = fc
  .tuple(
    maybe(fc.constantFrom('timeout 100ms', 'timeout 250ms')),
    maybe(fc.constantFrom('deadline 300ms', 'deadline 1s')),
    maybe(fc.constantFrom('retry { attempts 2 }', 'retry { attempts 3  backoff 10ms..40ms }', 'retry none')),
    fc.constantFrom('', '', 'fallback []', 'limit { rate 3/s }'),
  )
  .map((parts) => parts.filter((part) => part !== '').join('  '))
  .map((parts) => (parts === '' ? '' : ` with { ${parts} }`));

// One more than there are: a call of nobody.
const itemOf = (size: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(size),
      fc.constantFrom('X', 'X', 'Y'),
      fc.constantFrom('', '', ' * 2', ' * 3'),
      maybe(fc.constant('?')),
      policy,
    )
    .map(([callee, name, times, optional, with_]) => `s${callee}.${name}${times}${optional}${with_}`);

const callsOf = (size: number): fc.Arbitrary<string> =>
  fc
    .array(fc.array(itemOf(size), { minLength: 1, maxLength: 2 }), { maxLength: 2 })
    .map((groups) => (groups.length === 0 ? '' : `calls ${groups.map((group) => group.join(' & ')).join(', ')}`));

const guards = fc
  .tuple(
    maybe(fc.constant('deadline 700ms')),
    fc.constantFrom(
      '',
      '',
      'limit { rate 5/s }',
      'limit { rate 7/s  scope global }',
      'limit { rate 5/s  key client.ip }',
    ),
  )
  .map((parts) => parts.join(' '));

function serviceOf(size: number): fc.Arbitrary<(index: number) => string> {
  return fc
    .record({
      promise: maybe(
        fc.constantFrom(
          'availability 99%',
          'availability 99.9%',
          'latency p99 80ms',
          'availability 98%  latency p95 60ms',
        ),
      ),
      replicas: maybe(fc.constantFrom('replicas 1', 'replicas 2..4')),
      operations: fc.tuple(callsOf(size), callsOf(size)),
      guards: fc.tuple(guards, guards),
      handler: maybe(callsOf(size)),
    })
    .map(({ promise, replicas, operations, guards, handler }) => (index) => {
      const [x, y] = operations.map((calls, i) => `rpc ${'XY'[i]}() { ${calls} ${guards[i]} }`);
      const on = handler === '' ? '' : `on E as H { ${handler} }`;
      return `service s${index} { slo { ${promise} }  ${x}  ${y}  ${on}  deploy { ${replicas} } }`;
    });
}

/** Every path without a repeated node, however many there are: for what small systems can be compared with. */
export function* simplePaths(graph: CallGraph): Generator<readonly CallEdge[]> {
  for (const start of graph.nodes.keys()) yield* extensions(graph, start, [], new Set([start]));
}

function* extensions(
  graph: CallGraph,
  at: string,
  path: readonly CallEdge[],
  seen: ReadonlySet<string>,
): Generator<readonly CallEdge[]> {
  yield path;
  for (const edge of graph.nodes.get(at)?.outgoing ?? []) {
    if (seen.has(edge.to.id)) continue;
    yield* extensions(graph, edge.to.id, [...path, edge], new Set([...seen, edge.to.id]));
  }
}

/** Can the callee come back to the caller? */
export function isPartOfLoop(edge: CallEdge): boolean {
  const reached = new Set([edge.to]);
  for (const { outgoing } of reached) for (const { to } of outgoing) reached.add(to);
  return reached.has(edge.from);
}
