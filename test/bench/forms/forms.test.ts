import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { check, readModel } from '../../../language/src/index.ts';
import { scratch } from '../../../language/src/project/scratch-fixture.ts';
import { run } from '../../child.ts';
import { repository } from '../../repository.ts';
import { likec4 } from './likec4.ts';
import { proto } from './proto.ts';
import { svc } from './svc.ts';
import type { Source } from './system.ts';
import { typespec } from './typespec.ts';

const services = 50;
const all = (sources: readonly Source[]) => sources.map(({ text }) => text).join('\n');
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name).sort();

test('Weir reads a generated system and finds nothing in it', async () => {
  const model = await readModel(svc(services));
  assert.equal(model.services.length, services);
  assert.deepEqual(check(model), []);
});

test('buf builds its protobuf form', async (t) => {
  const { root, write } = await scratch(t);
  await write(Object.fromEntries(proto(services).map(({ path, text }) => [path, text])));
  const buf = join(repository, 'node_modules/@bufbuild/buf/bin/buf');
  const { code, out, err } = await run(process.execPath, [buf, 'build', '-o', '/dev/null'], { cwd: root });
  assert.deepEqual([code, out, err], [0, '', '']);
});

test('every form holds the same services, operations, messages and calls, as far as it can say them', async () => {
  const model = await readModel(svc(services));
  const names = model.services.map(({ name }) => name).sort();
  const operations = model.services.flatMap((service) => service.operations.map(({ name }) => name)).sort();
  const calls = model.services.flatMap((service) =>
    service.operations.flatMap(({ calls }) => calls.flat().map(() => service.name)),
  );
  const lower = (names: readonly (string | undefined)[]) => names.map((name) => name?.toLowerCase());

  assert.deepEqual(lower(found(all(proto(services)), /^service (\w+)/gm)), names);
  assert.deepEqual(found(all(proto(services)), /^ {2}rpc (\w+)/gm), operations);
  assert.deepEqual(lower(found(all(typespec(services)), /^interface (Service\w+)/gm)), names);
  assert.deepEqual(found(all(typespec(services)), /^ {2}@(?:get|put) (\w+)/gm), operations);
  assert.deepEqual(found(all(likec4(services)), /^ {2}(\w+) = service/gm), names);
  assert.deepEqual(found(all(likec4(services)), /^ {2}(\w+) -> /gm), calls.sort());
  for (const form of [proto, typespec]) {
    assert.equal(found(all(form(services)), /^(?:message|model) (Thing\d+)/gm).length, services, form.name);
  }
});
