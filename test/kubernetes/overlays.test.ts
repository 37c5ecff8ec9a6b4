import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readModel } from '@weir/language';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { goldenModel, options, writeAll } from '../../language/src/emit/golden-fixture.ts';
import { chosenModel, variants } from '../../language/src/emit/kubernetes/chosen-fixture.ts';
import { kubernetesEmitter } from '../../language/src/emit/kubernetes/index.ts';
import { type KubernetesObject, objectsOf } from '../../language/src/emit/kubernetes/objects.ts';
import { environments, systems, textOf } from '../../language/src/emit/kubernetes/systems-fixture.ts';
import type { Model } from '../../language/src/model/model.ts';
import { succeed } from '../child.ts';
import { missing } from '../installed.ts';
import { repository } from '../repository.ts';

const skip = missing('kustomize');

async function shop(): Promise<Model> {
  const svc = join(repository, 'examples/shop/svc');
  return readModel(readdirSync(svc).map((path) => ({ path, text: readFileSync(join(svc, path), 'utf8') })));
}

async function random(): Promise<readonly Model[]> {
  const samples = fc.sample(fc.tuple(systems, environments), { numRuns: 3, seed: 17 });
  return Promise.all(
    samples.map(([system, environment]) => readModel([{ path: 'a.svc', text: textOf(system, environment(system)) }])),
  );
}

/** What an environment may change of services, and of the system. */
const told = [
  `
    service a { http 80 uses b with { timeout 1s } config { size: int32 default 1  name: string default "x" }
      rpc A() { calls b.B } deploy { replicas 2..4 } }
    service b { grpc 90 rpc B() {} deploy { spread zone } }
    service c { image "x/c:1" http 80 config { mode: string } }
    system s {
      discovery dns
      environment dev { discovery static  a { replicas 1 }  c { config { mode "fast" } } }
      environment prod { a { replicas 4..40 config { size 9 } } b { replicas 3..6  spread none  drain 60s  resources { memory 1Gi } } }
      environment same { }
    }`,
  `
    service a { http 80 uses b with { timeout 1s } rpc A() { calls b.B } }
    service b { grpc 90 rpc B() {} deploy { spread none } }
    system s {
      discovery dns  namespace "s"  mtls on  image "registry.example/{service}:{version}"
      environment plain { mtls off }
      environment elsewhere { namespace "s-elsewhere"  b { spread zone } }
      environment mirrored { image "mirror.example/{service}:{version}" }
    }`,
  `
    service a { http 80 uses b with { timeout 1s } rpc A() { route GET /a  calls b.B }
      deploy { replicas 2..4  rollout canary { steps [50%] } } }
    service b { grpc 90 rpc B() {} deploy { rollout rolling } }
    gateway g { host "g.example"  tls  serves a }
    system s {
      discovery dns  rollouts argo  autoscaler keda  certificates cert-manager
      environment flagged { rollouts flagger  autoscaler hpa  issuer "other" }
      environment meshed { mesh istio  mtls on  g { host "m.example" } }
      environment linked { mesh linkerd  b { rollout blue-green } }
      environment watched { monitoring prometheus }
    }`,
];

test('Kustomize makes of base and overlay what the model says of each environment', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-overlays-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const chosen = await Promise.all(variants.map(chosenModel));
  const changed = await Promise.all(told.map((text) => readModel([{ path: 'a.svc', text }])));
  const models = [await shop(), await goldenModel(), ...changed, ...chosen, ...(await random())];
  for (const [index, model] of models.entries()) {
    assert.deepEqual(model.problems, []);
    const root = join(folder, `${index}`);
    writeAll(kubernetesEmitter.emit(model, options), root);
    const at = (path: string) => join(root, 'generated/kubernetes', path);
    assert.deepEqual(await built(at('base')), byName(objectsOf(model, options)));
    for (const environment of model.systems[0]?.environments ?? []) {
      const wanted = byName(objectsOf(model, options, environment));
      assert.deepEqual(await built(at(`overlays/${environment.name}`)), wanted, `${index} ${environment.name}`);
    }
  }
});

async function built(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const documents = parseAllDocuments(await succeed('kustomize', ['build', folder]));
  return byName(documents.map((document) => document.toJS() as KubernetesObject));
}

const byName = (objects: readonly KubernetesObject[]): ReadonlyMap<string, unknown> =>
  new Map(
    objects
      .map((object) => [`${object.apiVersion} ${object.kind} ${object.metadata?.name}`, inOrder(object)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Lists in an order of their own: a patch may put what it adds at either end. What has to keep its order is not patched. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, inOrder(item)]));
}
