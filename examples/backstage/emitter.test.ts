import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  type Entity,
  entityEnvelopeSchemaValidator,
  resourceEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
} from '@backstage/catalog-model';
import { buildProject, loadEmitters, loadProject, readModel } from '@weir/language';
import { parseAllDocuments } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));

const validators = {
  API: apiEntityV1alpha1Validator,
  Component: componentEntityV1alpha1Validator,
  Resource: resourceEntityV1alpha1Validator,
  System: systemEntityV1alpha1Validator,
} as const;

const system = `package shop
/// Takes orders.
service orders { owner "ordering-team"  http 8080  uses users, ordersDb  rpc Place() { route POST /v1/orders } }
service users { grpc 9090  rpc Get() }
resource ordersDb postgres { owner orders }
system shop {}
`;

/** As Backstage reads it: what `$text` names stands in its place. */
function filledIn(entity: Entity, folder: string): Entity {
  const { definition } = (entity.spec ?? {}) as { readonly definition?: { readonly $text: string } };
  if (definition === undefined) return entity;
  return { ...entity, spec: { ...entity.spec, definition: readFileSync(join(folder, definition.$text), 'utf8') } };
}

test('a project that names the emitter gets a catalogue that Backstage takes', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'weir-backstage-'));
  t.after(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'shop.svc'), system);
  writeFileSync(
    join(root, 'weir.json'),
    JSON.stringify({ emit: ['proto', 'openapi', 'backstage'], emitters: [join(here, 'emitter.ts')] }),
  );
  const project = await loadProject(root);
  const emitters = await loadEmitters(project);
  await buildProject(project, await readModel(project.sources), emitters, { runtimeVersion: '0.1.0' });

  const documents = parseAllDocuments(readFileSync(join(root, 'generated/catalog-info.yaml'), 'utf8'));
  const entities = documents.map((document) => filledIn(document.toJS(), join(root, 'generated')));
  const envelope = entityEnvelopeSchemaValidator();
  for (const entity of entities) {
    envelope(entity);
    assert.ok(await validators[entity.kind as keyof typeof validators].check(entity));
  }
  assert.deepEqual(
    entities.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ['API orders', 'API users', 'Component orders', 'Component users', 'Resource orders-db', 'System shop'],
  );
  const orders = entities.find(({ kind, metadata }) => kind === 'Component' && metadata.name === 'orders');
  assert.deepEqual(orders?.spec, {
    type: 'service',
    lifecycle: 'production',
    owner: 'ordering-team',
    system: 'shop',
    providesApis: ['orders'],
    consumesApis: ['users'],
    dependsOn: ['resource:orders-db'],
  });
});
