import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { disk } from '../project/file-system.ts';
import { scratch } from '../project/scratch-fixture.ts';
import { weir } from './weir-fixture.ts';

const system = (version: string, http: number) => `
service orders { version ${version}  owner "shop"  http ${http}  rpc Get() { route GET /v1/orders  auth none }  deploy { replicas 2 } }
system shop { environment prod { orders { replicas 4 } } }
`;

test('render prints the objects of an environment as one stream', async (t) => {
  const { root } = await scratch(t, { 'x.svc': system('1.0.0', 8080) });
  const replicas = async (...args: string[]) => {
    const { code, out, err } = await weir(root, 'render', ...args);
    assert.equal(code, 0, err);
    const objects = parseAllDocuments(out).map((document) => document.toJS());
    return objects.find(({ kind }) => kind === 'Deployment')?.spec.replicas;
  };
  assert.equal(await replicas(), 2);
  assert.equal(await replicas('--env', 'prod'), 4);
});

test('an environment that there is not ends with 2, and a system with errors with 1', async (t) => {
  const { root } = await scratch(t, { 'x.svc': system('1.0.0', 8080) });
  const { code, err, out } = await weir(root, 'render', '--env', 'prdo');
  assert.equal(code, 2);
  assert.match(err, /there is no environment `prdo`\n {2}help: Did you mean `prod`\?/);
  assert.equal(out, '');
  await disk.writeFile(`${root}/x.svc`, 'service orders { rpc }');
  const broken = await weir(root, 'render');
  assert.equal(broken.code, 1);
  assert.equal(broken.out, '');
});

test('deploy-diff says what a new version does to the cluster', async (t) => {
  const { root } = await scratch(t, { 'old/x.svc': system('1.0.0', 8080), 'new/x.svc': system('1.1.0', 8081) });
  const { code, out, err } = await weir(root, 'deploy-diff', 'old', 'new');
  assert.equal(code, 0, err);
  assert.match(out, /^Deployment orders: changed; its pods restart$/m);
  assert.match(out, /^ {2}spec\.template\.spec\.containers\[orders\]\.image: .*1\.0\.0 → .*1\.1\.0$/m);
  assert.match(out, /^ {2}spec\.ports\[http\]\.port: 8080 → 8081$/m);
  assert.match(out, /Pods restart: orders\.\n$/);
  assert.equal((await weir(root, 'deploy-diff', 'old', 'old')).out, 'Nothing changes.\n');
});

test('deploy-diff takes what the cluster has, and ends with 1 for what it refuses', async (t) => {
  const { root } = await scratch(t, { 'x.svc': system('1.0.0', 8080) });
  const { out: rendered } = await weir(root, 'render', '--env', 'prod');
  await disk.writeFile(
    `${root}/running.yaml`,
    rendered.replace(/(selector:\n\s+matchLabels:\n\s+app\.kubernetes\.io\/name: )orders/, '$1order'),
  );
  const { code, out } = await weir(root, 'deploy-diff', 'running.yaml', '.', '--env', 'prod');
  assert.equal(code, 1);
  assert.match(
    out,
    /spec\.selector.*: order → orders {2}immutable: delete the Deployment first, or keep the old value/,
  );
  const { out: json } = await weir(root, 'deploy-diff', 'running.yaml', '.', '--env', 'prod', '--format', 'json');
  assert.deepEqual(
    JSON.parse(json).changes.map(({ kind, action }: { kind: string; action: string }) => [kind, action]),
    [['Deployment', 'change']],
  );
});

test('deploy-diff says where a file is no YAML, or no object', async (t) => {
  const { root } = await scratch(t, {
    'a.yaml': 'kind: [',
    'b.yaml': 'apiVersion: v1\nkind: Service\n---\n',
    'c.yaml': '',
  });
  const broken = await weir(root, 'deploy-diff', 'a.yaml', 'c.yaml');
  assert.equal(broken.code, 2);
  assert.match(broken.err, /a\.yaml:1:\d+: error: this is no YAML/);
  const other = await weir(root, 'deploy-diff', 'c.yaml', 'b.yaml');
  assert.equal(other.code, 2);
  assert.match(other.err, /b\.yaml:1: error: this is no object of Kubernetes\n {2}help: Each has `apiVersion`/);
});
