import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { indexOf } from '../../../model/index-of.ts';
import type { Model } from '../../../model/model.ts';
import { modelOf, options } from '../../golden-fixture.ts';
import { chosenFaults } from '../chosen-faults.ts';
import { chosenModel } from '../chosen-fixture.ts';
import { type KubernetesObject, objectsOf } from '../objects.ts';
import { edgesOf } from '../peers.ts';
import {
  type Call,
  clientLayers,
  gatewayLayer,
  istioLayer,
  type Layer,
  linkerdLayer,
  serverLayer,
} from './layers-fixture.ts';

interface Way {
  readonly name: string;
  /** Outermost first. */
  readonly layers: readonly Layer[];
}

/** Every way on which an operation is called between services or through a gateway, with what each layer does on it. */
function waysOf(model: Model, objects = objectsOf(model, options)): readonly Way[] {
  const mesh = model.systems[0]?.mesh;
  const meshLayer = (call: Call): Layer[] =>
    mesh === 'istio' ? [istioLayer(objects, call)] : mesh === 'linkerd' ? [linkerdLayer(objects, call)] : [];
  const between = edgesOf(model).flatMap(({ from, to, ports }) =>
    to.operations.flatMap((operation) =>
      (['http', 'grpc'] as const)
        .filter((transport) => ports.includes(to[transport]?.value ?? 0))
        .flatMap((transport): Way[] => {
          if (transport === 'http' && operation.routes.length === 0) return [];
          const call = { from: from.name, to, operation, transport };
          const name = `${from.name} → ${to.name}.${operation.name} by ${transport}`;
          return clientLayers(model, from, call).map((client) => ({
            name,
            layers: [client, ...meshLayer(call), serverLayer(model, call)],
          }));
        }),
    ),
  );
  const through = model.gateways.flatMap((gateway) =>
    [...indexOf(model).services.values()].flatMap((to) =>
      to.operations.flatMap((operation): Way[] => {
        const call = { from: gateway.name, to, operation, transport: 'http' } as const;
        const outer = gatewayLayer(objects, gateway.name, call);
        const name = `gateway ${gateway.name} → ${to.name}.${operation.name}`;
        return outer ? [{ name, layers: [outer, serverLayer(model, call)] }] : [];
      }),
    ),
  );
  return [...between, ...through];
}

/** One layer retries at the most; the gateway waits for the service; no attempt outlasts the call; a mesh only carries what a client limits. */
function assertOneEach(model: Model, objects?: readonly KubernetesObject[]): number {
  const ways = waysOf(model, objects);
  for (const { name, layers } of ways) {
    const retrying = layers.filter(({ attempts }) => attempts > 1).map(({ layer }) => layer);
    assert.ok(retrying.length <= 1, `${name}: ${retrying.join(' and ')} retry`);
    for (const { layer, whole, each } of layers) {
      if (whole !== undefined && each !== undefined) assert.ok(each <= whole, `${name}: ${layer} ${each} > ${whole}`);
    }
    const [client, inner] = layers;
    if (client?.layer === 'gateway' && client.whole !== undefined && inner?.whole !== undefined) {
      assert.ok(client.whole >= inner.whole, `${name}: ${client.whole} < ${inner.whole}`);
    }
    if (client?.whole !== undefined && inner?.layer === 'mesh')
      assert.equal(inner.whole ?? inner.each, undefined, name);
  }
  return ways.length;
}

for (const variant of ['plain', 'istio', 'linkerd'] as const) {
  test(`one layer retries, and the outer one waits for the inner: ${variant}`, async () => {
    const model = await chosenModel(variant);
    assert.ok(assertOneEach(model) >= 8);
    const of = (from: string, to: string) =>
      waysOf(model)
        .find(({ name }) => name === `${from} → ${to}`)
        ?.layers.filter(({ attempts }) => attempts > 1);
    assert.deepEqual(
      of('orders', 'stock.Reserve by grpc')?.map(({ layer, attempts }) => [layer, attempts]),
      [['client', 3]],
    );
    assert.deepEqual(
      of('reports', 'archive.Get by http')?.map(({ layer, attempts, whole, each }) => [layer, attempts, whole, each]),
      variant === 'plain' ? [] : [['mesh', 2, 5000, 2000]],
    );
    // A write is not tried again, whatever the policy says.
    assert.deepEqual(of('reports', 'archive.Put by http'), []);
  });
}

test('what Istio does by itself would be a second layer', async () => {
  const model = await chosenModel('istio');
  const unsaid = objectsOf(model, options).filter(({ kind }) => kind !== 'VirtualService');
  assert.throws(() => assertOneEach(model, unsaid), /orders → stock\.Reserve by grpc: client and mesh retry/);
});

test('what Flagger brings in has one layer as well', async () => {
  for (const kind of ['canary { steps [50%] }', 'blue-green']) {
    const model = await modelOf([
      {
        path: 'a.svc',
        text: `
          system s { mesh istio  rollouts flagger }
          service a { http 80 uses b with { timeout 1s retry { attempts 3 } } rpc A() { route GET /a calls b.B } }
          service b { http 81 rpc B() { route GET /b } deploy { rollout ${kind} } }`,
      },
    ]);
    assert.equal(assertOneEach(model), 1);
  }
});

test('the shop, as it is and in either mesh', async () => {
  const svc = join(import.meta.dirname, '../../../../../examples/shop/svc');
  const texts = readdirSync(svc).map((path) => ({ path, text: readFileSync(join(svc, path), 'utf8') }));
  for (const mesh of ['none', 'istio', 'linkerd']) {
    const sources = texts.map(({ path, text }) => ({
      path,
      // Istio's gateways have no limit.
      text: text.replace('rollouts     argo', `rollouts argo mesh ${mesh}`).replaceAll(/^ {2}apply {2}edge$/gm, ''),
    }));
    assert.ok(assertOneEach(await modelOf(sources)) >= 20);
  }
});

/** Systems of a few services, ours or not, each calling those behind it under a policy of its own. */
const systems = fc
  .record({
    mesh: fc.constantFrom('istio', 'linkerd'),
    services: fc.array(
      fc.record({
        foreign: fc.boolean(),
        ports: fc.constantFrom('http 80', 'grpc 90', 'http 80 grpc 90'),
        policy: fc.constantFrom(
          'timeout 1s',
          'timeout 1s retry { attempts 3 }',
          'timeout 300ms deadline 1s retry { attempts 4 on [timeout, 503] }',
          'deadline 2s retry { attempts 2 on [connect, unavailable] }',
        ),
        effect: fc.constantFrom('reads', 'idempotent', 'deadline 500ms'),
        calls: fc.boolean(),
      }),
      { minLength: 2, maxLength: 4 },
    ),
  })
  .map(({ mesh, services }) =>
    services
      .map(({ foreign, ports, policy, effect, calls }, i) => {
        const last = i === services.length - 1;
        const route = ports.includes('http') ? `route GET /s${i}/{id}` : '';
        return `service s${i} { ${foreign ? `image "x/s:${i}"` : ''} ${ports}
          ${last || !calls ? '' : `uses s${i + 1} with { ${policy} }`}
          rpc Get(id: string = 1) { ${route} ${effect} ${last || !calls || foreign ? '' : `calls s${i + 1}.Get`} } }`;
      })
      .concat(`system s { discovery dns  mesh ${mesh}  mtls on }`)
      .join('\n'),
  );

test('no system has two layers that retry', async () => {
  let ways = 0;
  await fc.assert(
    fc.asyncProperty(systems, async (text) => {
      const model = await modelOf([{ path: 'a.svc', text }]);
      if (chosenFaults(model).length === 0) ways += assertOneEach(model);
    }),
    { numRuns: 100 },
  );
  assert.ok(ways > 50);
});
