import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import protoLoader from '@grpc/proto-loader';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../language/src/emit/kubernetes/objects.ts';
import { assertValid } from '../../language/src/emit/kubernetes/schema-fixture.ts';
import { run, succeed } from '../child.ts';
import { missing } from '../installed.ts';
import { repository, weir } from '../repository.ts';

const shop = join(repository, 'examples/shop');
const proto = join(shop, 'generated/proto');
const kubernetes = join(shop, 'generated/kubernetes');
const installed = (name: string) => join(repository, 'node_modules/.bin', name);

// Beside them stand their tests.
const services = readdirSync(join(shop, 'services')).filter((name) => !name.endsWith('.ts'));
const protoFiles = readdirSync(proto, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.proto'));
const ownFiles = protoFiles.filter((path) => path.startsWith('shop/'));

test('the shop checks, and what is committed is what a build would write', { timeout: 60_000 }, async () => {
  const checked = await run(process.execPath, [weir, 'check', '--fail-on', 'hint', shop]);
  assert.deepEqual(checked, { code: 0, out: 'Nothing found.\n', err: '' });
  const built = await run(process.execPath, [weir, 'build', '--check', shop]);
  assert.deepEqual(built, { code: 0, out: '', err: 'Nothing would change.\n' });
  assert.equal((await run(process.execPath, [weir, 'fmt', '--check', shop])).code, 0);
});

test('each service type-checks by its own tsconfig, which is strict', { timeout: 300_000 }, async () => {
  assert.ok(services.length >= 10);
  for (const service of services) {
    const project = join(shop, 'services', service);
    const files = await succeed(installed('tsc'), ['-p', project, '--listFiles']);
    assert.match(files, /src\/main\.ts$/m, service);
    const { compilerOptions } = JSON.parse(readFileSync(join(project, 'tsconfig.json'), 'utf8'));
    assert.equal(compilerOptions.strict, true, service);
  }
});

test('protoc compiles the contracts without a warning', { skip: missing('protoc') }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-protoc-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.ok(ownFiles.length >= 6);
  const out = `--descriptor_set_out=${join(folder, 'shop.pb')}`;
  const { code, err } = await run('protoc', ['-I.', '--fatal_warnings', '--include_imports', out, ...protoFiles], {
    cwd: proto,
  });
  assert.deepEqual([code, err], [0, '']);
  assert.match(readFileSync(join(folder, 'shop.pb'), 'latin1'), /OrdersService/);
});

test('hadolint finds nothing in the Dockerfiles', { skip: missing('hadolint') }, async () => {
  const files = services.map((service) => join(shop, 'services', service, 'Dockerfile'));
  const { code, out, err } = await run('hadolint', files);
  assert.deepEqual([code, out, err], [0, '', '']);
});

test('buf lints and formats nothing', { timeout: 60_000 }, async () => {
  for (const args of [['lint'], ['format', '--diff']]) {
    const { code, out, err } = await run(installed('buf'), args, { cwd: proto });
    assert.deepEqual([code, out, err], [0, '', ''], `buf ${args.join(' ')}`);
  }
});

test('proto-loader loads them, with every operation of every service', () => {
  const loaded = protoLoader.loadSync(ownFiles, { includeDirs: [proto] });
  const methods = (name: string) =>
    Object.values(loaded[name] as protoLoader.ServiceDefinition).map(({ path }) => path.split('/')[2]);
  assert.deepEqual(methods('shop.ordering.OrdersService'), ['PlaceOrder', 'GetOrder', 'ListOrders', 'WatchOrder']);
  for (const service of services) {
    const found = Object.keys(loaded).filter((name) => name.toLowerCase().endsWith(`.${service}service`));
    assert.equal(found.length, 1, service);
    assert.ok(methods(found[0] ?? '').length > 0, service);
  }
});

test('a cluster takes every Kubernetes object', () => {
  const base = objectsIn(join(kubernetes, 'base'));
  const kinds = new Set(base.map(({ kind }) => kind));
  for (const kind of [
    'ServiceAccount',
    'ConfigMap',
    'Deployment',
    'Service',
    'PodDisruptionBudget',
    'NetworkPolicy',
  ] as const) {
    assert.ok(kinds.has(kind), kind);
  }
  for (const object of base) assertValid(object);
});

/** The objects of a folder's files; the list of the files for kustomize is none. */
function objectsIn(folder: string): KubernetesObject[] {
  return readdirSync(folder)
    .filter((path) => path !== 'kustomization.yaml')
    .flatMap((path) => parseAllDocuments(readFileSync(join(folder, path), 'utf8')))
    .map((document) => document.toJS());
}
