import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readModel } from '@weir/language';
import { parseAllDocuments } from 'yaml';
import { goldenModel, modelOf, options, writeAll } from '../../language/src/emit/golden-fixture.ts';
import { helmEmitter } from '../../language/src/emit/helm/index.ts';
import { chosenModel } from '../../language/src/emit/kubernetes/chosen-fixture.ts';
import { objectsOf } from '../../language/src/emit/kubernetes/objects.ts';
import type { Model } from '../../language/src/model/model.ts';
import { run } from '../child.ts';
import { missing } from '../installed.ts';
import { repository } from '../repository.ts';

const needed = { skip: missing('helm'), timeout: 120_000 };

/** A chart on the disk, for as long as a test looks at it. */
async function withChart(model: Model, look: (chart: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-helm-'));
  try {
    writeAll(helmEmitter.emit(model, options), folder);
    const charts = join(folder, 'generated/helm');
    await look(join(charts, readdirSync(charts)[0]!));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const template = (chart: string, ...args: string[]) =>
  run('helm', ['template', 'release', chart, '--kube-version', options.kubernetesVersion, ...args]);

type Named = { readonly kind: string; readonly metadata: { readonly name: string } };

const byName = (objects: readonly Named[]) =>
  Object.fromEntries(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]));

/** What Helm makes of the chart is, object for object, what the base and each environment have. */
async function assertRendersAll(model: Model, chart: string): Promise<void> {
  for (const environment of [undefined, ...(model.systems[0]?.environments ?? [])]) {
    const values = environment ? ['-f', join(chart, `values-${environment.name}.yaml`)] : [];
    const { code, out, err } = await template(chart, ...values);
    assert.equal(code, 0, err);
    const rendered = parseAllDocuments(out).flatMap((document) => (document.toJS() as Named | null) ?? []);
    const wanted = JSON.parse(JSON.stringify(objectsOf(model, options, environment))) as Named[];
    assert.ok(wanted.length > 0);
    assert.deepEqual(byName(rendered), byName(wanted), environment?.name ?? 'base');
  }
}

async function shop(): Promise<Model> {
  const folder = join(repository, 'examples/shop/svc');
  return readModel(readdirSync(folder).map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') })));
}

/** Environments that change nearly all that they can: objects come and go, lists and kinds of values differ. */
const changing = `
resource db postgres { version 16 }
event Done { id: uuid = 1 }
service a { http 8080  grpc 9090  uses db, b  config { size: int32 default 5  mode: string default "slow" }  deploy { replicas 2 }
  rpc Get() { route GET /a  calls b.Put  publishes Done }
}
service b { grpc 9091  deploy { replicas 2..6  drain 20s }  rpc Put() }
service c { http 8082  config { key: secret  flag: bool default true }  rpc Go() { route PUT /c }  on Done {} }
gateway edge { host "a.example"  serves a }
system odd {
  discovery dns
  environment dev { discovery static  a { replicas 1 }  c { config { flag false } } }
  environment prod {
    a { replicas 4..40  config { size 9  mode "on" } }
    b { replicas 3  spread none  drain 60s  resources { cpu 250m..2  memory 1Gi } }
    edge { host "prod.example" }
  }
  environment same {}
}`;

for (const [name, modelOfSystem] of [
  ['the shop', shop],
  ['the golden system', goldenModel],
  ['environments that choose otherwise', () => chosenModel('plain')],
  ['environments that change nearly all', () => modelOf([{ path: 'a.svc', text: changing }])],
] as const) {
  test(`helm renders what is emitted, and its linter finds nothing: ${name}`, needed, async () => {
    const model = await modelOfSystem();
    await withChart(model, async (chart) => {
      const lint = await run('helm', ['lint', '--strict', chart]);
      assert.equal(lint.code, 0, lint.out);
      await assertRendersAll(model, chart);
    });
  });
}

test('values that no template uses, or that cannot be, are refused', needed, async () => {
  await withChart(await modelOf([{ path: 'a.svc', text: changing }]), async (chart) => {
    for (const [set, expected] of [
      ['a.replcias=3', /replcias/],
      ['a.replicas=many', /replicas/],
      ['a.resources.limits.memory=lots', /memory/],
      ['x.image=y', /x/],
    ] as const) {
      const { code, err } = await template(chart, '--set', set);
      assert.notEqual(code, 0, set);
      assert.match(err, expected);
    }
    const { out } = await template(chart, '--set', 'a.image=mirror/a:9,a.replicas=7');
    assert.match(out, /image: "mirror\/a:9"/);
    assert.match(out, /replicas: 7\b/);
  });
});
