import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readModel } from '@weir/language';
import fc from 'fast-check';
import { goldenModel } from '../../language/src/emit/golden-fixture.ts';
import { chosenModel, variants } from '../../language/src/emit/kubernetes/chosen-fixture.ts';
import { inEnvironment } from '../../language/src/emit/kubernetes/in-environment.ts';
import { objectsOf } from '../../language/src/emit/kubernetes/objects.ts';
import { systems, textOf } from '../../language/src/emit/kubernetes/systems-fixture.ts';
import { yamlFile } from '../../language/src/emit/yaml/write.ts';
import type { Model } from '../../language/src/model/model.ts';
import { run } from '../child.ts';
import { missing } from '../installed.ts';
import { repository } from '../repository.ts';

const version = '1.33';

/** What is checked: the shop and the golden system as their environments have them, and random systems. */
async function streams(): Promise<ReadonlyMap<string, string>> {
  const svc = join(repository, 'examples/shop/svc');
  const shop = await readModel(readdirSync(svc).map((path) => ({ path, text: readFileSync(join(svc, path), 'utf8') })));
  const random = await Promise.all(
    fc.sample(systems, { numRuns: 12, seed: 6 }).map(async (system, index) => {
      const text = textOf(system);
      return [`random system ${index}:\n${text}\n`, await readModel([{ path: 'a.svc', text }])] as const;
    }),
  );
  const chosen = await Promise.all(
    variants.map(async (variant) => everywhere(`chosen parts, ${variant}`, await chosenModel(variant))),
  );
  const named = [
    ...everywhere('shop', shop),
    ...everywhere('golden system', await goldenModel()),
    ...chosen.flat(),
    ...random,
  ];
  return new Map(
    named.map(([name, model]) => [
      name,
      yamlFile(name.split('\n')[0] ?? '', objectsOf(model, { kubernetesVersion: version })),
    ]),
  );
}

const everywhere = (name: string, model: Model): readonly (readonly [string, Model])[] => [
  [name, model],
  ...(model.systems[0]?.environments ?? []).map(
    (environment) => [`${name} in ${environment.name}`, inEnvironment(model, environment)] as const,
  ),
];

interface Scored {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly summary: string }[] | null;
  }[];
}

/** The grade of kube-score that is no finding. */
const fine = 10;

test('kube-score finds nothing, by its defaults', { skip: missing('kube-score'), timeout: 60_000 }, async () => {
  const all = await streams();
  for (const [name, input] of all) assert.deepEqual(await findingsIn(input), [], name);
  const writable = all.get('shop')?.replace('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false') ?? '';
  assert.match(String(await findingsIn(writable)), /readonlyrootfilesystem/, 'what is planted is found');
});

async function findingsIn(input: string): Promise<string[]> {
  const args = ['score', '--output-format', 'json', '--kubernetes-version', `v${version}`, '-'];
  const { out, err } = await run('kube-score', args, { input });
  const objects: readonly Scored[] = JSON.parse(out || 'null') ?? assert.fail(err);
  assert.ok(objects.length >= 4);
  return objects.flatMap(({ object_name, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < fine)
      .map(({ check, comments }) => `${object_name}: ${check.id} ${comments?.[0]?.summary}`),
  );
}

const schemas = join(repository, '../shared/kubernetes-schemas');

const withoutSchemas = existsSync(schemas) ? false : 'needs ../shared/kubernetes-schemas';

test('kubeconform takes every object', {
  skip: missing('kubeconform') || withoutSchemas,
  timeout: 60_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-kubeconform-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeSchemas(folder);
  const location = join(folder, '{{.ResourceKind}}_{{.Group}}_{{.ResourceAPIVersion}}.json');
  const all = await streams();
  const files = [...all.values()].map((text, index) => {
    const path = join(folder, `${index}.yaml`);
    writeFileSync(path, text);
    return path;
  });
  // All in one run: reading the schemas takes longer than all else.
  const args = ['-strict', '-summary', '-output', 'json', '-skip', unknown, '-schema-location', location, ...files];
  const { resources, summary } = JSON.parse((await run('kubeconform', args)).out);
  const skipped = [...all.values()].join('\n').match(/^apiVersion: policy\.linkerd\.io/gm)?.length ?? 0;
  assert.deepEqual([resources ?? [], summary.invalid, summary.errors, summary.skipped], [[], 0, 0, skipped]);
  assert.ok(summary.valid >= 4 * all.size);
});

/** Kinds of Linkerd's, of which there are no schemas. */
const unknown = [
  'policy.linkerd.io/v1beta3/Server',
  'policy.linkerd.io/v1alpha1/AuthorizationPolicy',
  'policy.linkerd.io/v1alpha1/MeshTLSAuthentication',
  'policy.linkerd.io/v1alpha1/NetworkAuthentication',
].join(',');

/** A file for each kind, as kubeconform looks for them. */
function writeSchemas(folder: string): void {
  const core = 'core-1.32.json';
  copyFileSync(join(schemas, core), join(folder, core));
  const { definitions } = JSON.parse(readFileSync(join(schemas, core), 'utf8'));
  for (const [name, definition] of Object.entries<{
    'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  }>(definitions)) {
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      const file = `${kind.toLowerCase()}_${group === '' ? version : group}_${version}.json`;
      writeFileSync(join(folder, file), JSON.stringify({ $ref: `${core}#/definitions/${name}` }));
    }
  }
  for (const file of readdirSync(schemas).filter((name) => name.endsWith('.json') && name !== core)) {
    const [group, version, kind = ''] = file.replace(/\.json$/, '').split('_');
    copyFileSync(join(schemas, file), join(folder, `${kind.toLowerCase()}_${group}_${version}.json`));
  }
}
