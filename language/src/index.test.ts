import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildProject, check, loadEmitters, loadProject, readModel } from './index.ts';
import { scratch } from './project/scratch-fixture.ts';

test('the library reads, checks and builds a project as its README says', async (t) => {
  const { root, read } = await scratch(t, {
    'a.svc': 'service a { http 80  auth none  rpc Ask() { route GET /ask } }',
  });
  const project = await loadProject(root);
  const model = await readModel(project.sources);
  assert.deepEqual(
    check(model, { rules: project.config.rules }).filter(({ severity }) => severity === 'error'),
    [],
  );
  const plan = await buildProject(project, model, await loadEmitters(project), { runtimeVersion: '0.1.0' });
  assert.ok(plan.changes.some(({ action, path }) => action === 'create' && path === 'services/a/src/main.ts'));
  assert.ok((await read())['services/a/src/main.ts']);
});
