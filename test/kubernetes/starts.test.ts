import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../language/src/emit/kubernetes/objects.ts';
import { startChild } from '../child.ts';
import { repository } from '../repository.ts';

const shop = join(repository, 'examples/shop');

type Deployment = Extract<KubernetesObject, { kind: 'Deployment' }>;
type Container = NonNullable<NonNullable<Deployment['spec']>['template']['spec']>['containers'][number];

function deployed(service: string): {
  readonly container: Container;
  readonly files: Readonly<Record<string, string>>;
} {
  const text = readFileSync(join(shop, `generated/kubernetes/base/${service}.yaml`), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
  const deployment = objects.find((object) => object.kind === 'Deployment');
  const [container] = deployment?.spec?.template.spec?.containers ?? [];
  assert.ok(container);
  return { container, files: objects.find((object) => object.kind === 'ConfigMap')?.data ?? {} };
}

/** The service as its container starts it: the same variables and files, on free ports. */
async function start(t: TestContext, service: string) {
  const { container, files } = deployed(service);
  const folder = mkdtempSync(join(tmpdir(), 'weir-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const given = (container.env ?? []).map(({ name, value = '' }) => [name, value.replace('/etc/weir', folder)]);
  const free = { WEIR_HTTP_PORT: '0', WEIR_GRPC_PORT: '0', WEIR_HOST: '127.0.0.1' };
  const env = Object.fromEntries(given.map(([name, value]) => [name, name === 'WEIR_ADMIN_PORT' ? '0' : value]));
  const main = join(shop, 'services', service, 'src/main.ts');
  const child = startChild(t, process.execPath, [main], { cwd: folder, env: { ...env, ...free } });
  const [line] = await child.until(/^.*"msg":"serving".*$/m);
  const { ports } = JSON.parse(line) as { ports: Readonly<Record<string, number>> };
  return { child, container, folder, ports };
}

/** Ports by the names that a container has for them. */
const portOf = (ports: Readonly<Record<string, number>>, name: unknown): number | undefined =>
  ports[name === 'metrics' ? 'admin' : String(name)];

for (const service of ['catalog', 'pricing']) {
  test(`${service} starts as its container does, answers its probes, follows its ConfigMap, and stops`, async (t) => {
    const { child, container, folder, ports } = await start(t, service);
    assert.equal(Object.keys(ports).length, container.ports?.length);
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      if (!probe?.httpGet) continue;
      const url = `http://127.0.0.1:${portOf(ports, probe.httpGet.port)}${probe.httpGet.path}`;
      assert.equal((await fetch(url)).status, 200, url);
    }
    const metrics = async () => (await fetch(`http://127.0.0.1:${ports.admin ?? ports.http}/metrics`)).text();
    assert.match(await metrics(), /weir_config_file_good\{service="\w+"\} 1/);

    const path = join(folder, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8'));
    const [policy] = Object.values<Record<string, unknown>>(config[service].$policies);
    assert.ok(policy);
    const part = Object.keys(policy).find((name) => ['deadline', 'timeout'].includes(name)) ?? 'cache';
    policy[part] = part === 'cache' ? { ttl: '7s' } : '700ms';
    writeFileSync(path, JSON.stringify(config));
    await child.until(/"msg":"the configuration file was applied"/);
    assert.match(await metrics(), /weir_config_reloads_total\{outcome="applied"[^}]*\} 1/);

    child.signal('SIGTERM');
    assert.deepEqual(await child.ended, { code: 0, signal: null });
  });
}
