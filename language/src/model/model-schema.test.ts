import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { readModel } from '../syntax/read.ts';
import type { Model } from './model.ts';

const committed = new URL('../../model.schema.json', import.meta.url);
const shop = fileURLToPath(new URL('../../../examples/shop/', import.meta.url));

/** The schema of what `weir model` prints, made from the types of the model. */
function generated(): string {
  const generator = createGenerator({
    path: fileURLToPath(new URL('./model.ts', import.meta.url)),
    type: 'Model',
    skipTypeCheck: true,
    additionalProperties: false,
    topRef: true,
  });
  const { $schema, ...rest } = generator.createSchema('Model');
  const about = { $comment: 'Made from src/model/model.ts. Do not edit.', title: 'What `weir model` prints' };
  let text = `${JSON.stringify({ $schema, ...about, ...rest }, null, 2)}\n`;
  // `At<number>` is no name that other generators could make a type of.
  for (const name of Object.keys(rest.definitions ?? {})) {
    const plain = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '');
    text = text.replaceAll(`${JSON.stringify(name)}: {`, `"${plain}": {`);
    text = text.replaceAll(`"#/definitions/${encodeURIComponent(name)}"`, `"#/definitions/${plain}"`);
  }
  return text;
}

let valid: ValidateFunction;
let model: Model;

before(async () => {
  if (process.env.WEIR_UPDATE) writeFileSync(committed, generated());
  valid = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(committed, 'utf8')));
  const files = readdirSync(shop, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.svc'));
  model = await readModel(files.map((path) => ({ path, text: readFileSync(join(shop, path), 'utf8') })));
});

test('the schema in the package is that of the types (WEIR_UPDATE=1 writes it)', () => {
  assert.equal(readFileSync(committed, 'utf8'), generated());
});

test('the model of the example is valid, and so are those of nothing and of broken text', async () => {
  for (const each of [model, await readModel([]), await readModel([{ path: 'x.svc', text: 'service x { rpc (' }])]) {
    valid(JSON.parse(JSON.stringify(each)));
    assert.deepEqual(valid.errors, null);
  }
});

test('a model with a fault is not valid', () => {
  const plant = (change: (copy: Record<string, unknown[]> & { version: number }) => void): boolean => {
    const copy = JSON.parse(JSON.stringify(model));
    change(copy);
    return valid(copy);
  };
  assert.equal(
    plant(() => {}),
    true,
  );
  assert.equal(
    plant((copy) => Object.assign(copy, { version: 2 })),
    false,
  );
  assert.equal(
    plant((copy) => Object.assign(copy.services?.[0] as object, { effect: 'reads' })),
    false,
  );
  assert.equal(
    plant((copy) => Reflect.deleteProperty(copy.services?.[0] as object, 'id')),
    false,
  );
  assert.equal(
    plant((copy) => Object.assign(copy.messages?.[0] as object, { kind: 'event' })),
    false,
  );
});
