import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'yaml';
import { createCodec } from '../../../../runtime/src/codec/codec.ts';
import type { FieldDefinition, ServiceDefinition } from '../../../../runtime/src/definition.ts';
import { ServiceError } from '../../../../runtime/src/errors.ts';
import type { Model } from '../../model/model.ts';
import { serviceDefinition } from '../definition/index.ts';
import { modelOf, options } from '../golden-fixture.ts';
import { openApiEmitter } from '../openapi/index.ts';
import { nasty } from '../openapi/nasty-fixture.ts';
import { componentNames } from './component-names.ts';
import { matchingText } from './matching-text.ts';

const everything = 'acme.first.Everything';
const model: Model = await modelOf(nasty);
const definition = serviceDefinition(model, model.services.find(({ name }) => name === 'first')!);
const codec = createCodec(definition.types as ServiceDefinition['types']);

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
for (const words of ['int32', 'uint32', 'int64', 'uint64', 'float', 'double', 'decimal', 'uri-reference']) {
  ajv.addFormat(words, true);
}
const text = openApiEmitter.emit(model, options).get('generated/openapi/first.yaml')?.text ?? '';
ajv.addSchema(parse(text), 'document');
const admits = ajv.compile({ $ref: 'document#/components/schemas/Everything' });

/** JSON as somebody might send it for a field: mostly in its form, at its limits, and now and then something else. */
function sentFor(field: FieldDefinition, depth: number): fc.Arbitrary<unknown> {
  const one = oneOf(field.type, depth);
  if (field.list) return fc.array(one, { maxLength: 4 });
  if (field.map === undefined) return one;
  const keys = field.map === 'bool' ? fc.constantFrom('true', 'false', 'maybe') : oneOf(field.map, 0).map(String);
  return fc.dictionary(keys, one, { maxKeys: 3 });
}

function oneOf(type: string, depth: number): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>('', 'x', 0, -1, 1.5, true, '1', '-0', 'NaN', [], {}, '2026-02-30T00:00:00Z');
  return fc.oneof({ weight: 12, arbitrary: usual(type, depth) }, { weight: 1, arbitrary: odd });
}

function usual(type: string, depth: number): fc.Arbitrary<unknown> {
  switch (type) {
    case 'bool':
      return fc.boolean();
    case 'int32':
      return fc.oneof(fc.integer({ min: -6, max: 6 }), fc.integer());
    case 'uint32':
      return fc.nat();
    case 'int64':
    case 'uint64':
      return fc.oneof(fc.integer({ min: -1, max: 1001 }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n })).map(String);
    case 'float':
    case 'double':
      return fc.oneof(fc.double({ min: -0.1, max: 1.1, noNaN: true }), fc.constantFrom('NaN', 'Infinity', '-Infinity'));
    case 'string':
      return fc.oneof(fc.constantFrom('a', 'b', 'abc', 'abc-d', 'xyz', 'toolongtoolongtoolongtoolong'), fc.string());
    case 'bytes':
      return fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case 'uuid':
      return fc.uuid();
    case 'timestamp':
      return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());
    case 'duration':
      return fc.oneof(
        fc.constantFrom('1s', '60s', '1.500000001s', '-1s', '61s'),
        fc.nat(70).map((n) => `${n}s`),
      );
    case 'decimal':
      return fc.constantFrom('0.01', '0.001', '12.50', '99.99', '100', '-1', '1e3');
    case 'json':
      return fc.jsonValue({ maxDepth: 2 });
    default:
      return messageOrEnum(type, depth);
  }
}

function messageOrEnum(type: string, depth: number): fc.Arbitrary<unknown> {
  const found = definition.types[type];
  assert.ok(found, type);
  if ('enum' in found) return fc.constantFrom(...Object.keys(found.enum));
  if (depth > 1) return fc.constant({});
  const entries = Object.entries(found.fields);
  const required = entries.filter(([, field]) => !field.optional && field.oneof === undefined).map(([name]) => name);
  const values = Object.fromEntries(entries.map(([name, field]) => [name, sentFor(field, depth + 1)]));
  const message = fc.record(values, { requiredKeys: required });
  return fc.oneof({ weight: 9, arbitrary: message }, { weight: 1, arbitrary: fc.record(values, { requiredKeys: [] }) });
}

/** What the runtime has against a request; nothing where it takes it. */
function violations(json: unknown): readonly { readonly field: string; readonly rule: string }[] {
  try {
    codec.fromJson(everything, structuredClone(json), { unknown: 'refuse' });
    return [];
  } catch (error) {
    assert.ok(error instanceof ServiceError, String(error));
    return error.violations ?? [];
  }
}

/** Sound values of all fields, so that each property looks at one of them. */
const sound = {
  ...{ flag: true, small: 1, positive: 2, big: '7', huge: '8', half: 0.5, whole: 2.5, slug: 'abc-d', choice: 'a' },
  ...{ data: 'AAAA', id: '123e4567-e89b-12d3-a456-426614174000', at: '2026-01-31T12:30:00Z', wait: '2s' },
  ...{ price: '12.50', any: null, colour: 'red', slugs: ['abc'], byNumber: {}, byFlag: {}, byId: {} },
};

const fields = Object.entries((definition.types[everything] as { fields: Record<string, FieldDefinition> }).fields);

/** Fields whose limits are said in words: text that stands for a number, a time or a duration. */
const inWords = new Set(['huge', 'at', 'price', 'byNumber', 'any']);

for (const [name, field] of fields) {
  test(`\`${name}\`: what the schema admits the runtime takes, and what the runtime writes the schema admits`, () => {
    fc.assert(
      fc.property(sentFor(field, 1), (value) => {
        const json = { ...sound, [name]: value };
        const found = violations(json);
        if (found.length === 0) {
          const written = codec.toJson(everything, codec.fromJson(everything, structuredClone(json)));
          assert.ok(admits(written), `${JSON.stringify(written)}: ${ajv.errorsText(admits.errors)}`);
        } else if (!inWords.has(name) && found.some(({ field: at }) => /^[\w[\]]*$/.test(at))) {
          assert.ok(!admits(json), `${JSON.stringify(json)} is refused: ${JSON.stringify(found)}`);
        }
      }),
      { numRuns: 200 },
    );
  });
}

test('members of a oneof exclude each other, required fields are missed, unknown ones are refused', () => {
  assert.ok(admits(sound), ajv.errorsText(admits.errors));
  for (const json of [
    { ...sound, left: 1, right: 'a' },
    { ...sound, up: true, down: false },
    { ...sound, stranger: 1 },
    ...Object.keys(sound).map((name) => ({ ...sound, [name]: undefined })),
  ]) {
    const sent = JSON.parse(JSON.stringify(json));
    assert.ok(violations(sent).length > 0 && !admits(sent), JSON.stringify(json));
  }
  for (const json of [
    { ...sound, left: 1, up: true },
    { ...sound, again: sound },
  ]) {
    assert.ok(violations(json).length === 0 && admits(json), JSON.stringify(json));
  }
});

test('a text for an example matches its pattern, or there is none', () => {
  const known = ['^[A-Z]{3}-[0-9]+$', '^[^@ ]+@[^@ ]+$', '^(?:ab|cd)?x{2,3}\\.y*$', '\\d{4}', '^[^a-c]$', ''];
  for (const pattern of known) assert.match(matchingText(pattern) ?? assert.fail(pattern), new RegExp(pattern, 'u'));
  for (const pattern of ['^(?=x)y$', '(a)\\1', '\\p{L}', '[', '^a$b'])
    assert.equal(matchingText(pattern), undefined, pattern);
});

test('components have short names unless two would be one', () => {
  const names = componentNames(
    ['a.b.Order', 'a.c.Order', 'a.b.Item', 'a.b.problem', 'a.b.ITEMS'],
    ['Problem', 'Items'],
  );
  assert.deepEqual([...names.values()], ['ABItems', 'Item', 'ABOrder', 'ABProblem', 'ACOrder']);
});
