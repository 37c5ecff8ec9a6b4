import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import { describeRules, type RuleDescription } from '../rules/index.ts';

const committed = new URL('../../weir.schema.json', import.meta.url);

/** The schema with the rules as they are now; the rest of it is written by hand. */
function generated(): string {
  const schema = JSON.parse(readFileSync(committed, 'utf8'));
  schema.properties.rules = rulesSchema();
  return `${JSON.stringify(schema, null, 2)}\n`;
}

const severity = { $ref: '#/definitions/severity' };

/** The `rules` of the schema: editors complete rules and thresholds by it, show what each is about, and mark what there is not. */
function rulesSchema(): object {
  return {
    description: 'Severities and thresholds of rules, by name: "off", a severity, or a severity and its thresholds.',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(describeRules().map((rule) => [rule.name, ruleSchema(rule)])),
  };
}

function ruleSchema({ severity: usual, group, summary, thresholds }: RuleDescription): object {
  const limits = Object.entries(thresholds);
  const about = { description: `${group}: ${summary}`, default: usual };
  if (limits.length === 0) return { ...about, $ref: '#/definitions/rule' };
  const properties = Object.fromEntries(limits.map(([name, limit]) => [name, { type: 'number', default: limit }]));
  const list = {
    type: 'array',
    items: [severity, { type: 'object', additionalProperties: false, properties }],
    additionalItems: false,
    minItems: 1,
  };
  return { ...about, anyOf: [severity, { ...list, default: [usual, thresholds] }] };
}

/** Biome lays out short lists on one line; what is said is what counts. */
const meaning = (text: string): unknown => JSON.parse(text);

let valid: ValidateFunction;

before(() => {
  if (process.env.WEIR_UPDATE) writeFileSync(committed, generated());
  valid = new Ajv({ strictTuples: false }).compile(JSON.parse(readFileSync(committed, 'utf8')));
});

test('the schema of weir.json has the rules of the table (WEIR_UPDATE=1 writes it, then run biome)', () => {
  assert.deepEqual(meaning(readFileSync(committed, 'utf8')), meaning(generated()));
});

test('each rule may have each severity, alone or with its thresholds, and nothing else', () => {
  for (const { name, thresholds } of describeRules()) {
    for (const setting of ['off', 'hint', 'warning', 'error', ['error'], ['off', {}], ['hint', thresholds]]) {
      assert.ok(valid({ rules: { [name]: setting } }), `${name}: ${JSON.stringify(setting)}`);
    }
    for (const setting of ['on', 3, [], ['error', {}, {}], ['error', 3]]) {
      assert.ok(!valid({ rules: { [name]: setting } }), `${name}: ${JSON.stringify(setting)}`);
    }
    if (Object.keys(thresholds).length > 0) {
      assert.ok(!valid({ rules: { [name]: ['error', { none: 1 }] } }));
      assert.ok(!valid({ rules: { [name]: ['error', { [Object.keys(thresholds)[0] as string]: 'x' }] } }));
    }
  }
  assert.ok(!valid({ rules: { 'no-such-rule': 'off' } }));
  assert.ok(valid({ baseline: 'weir-baseline.json' }));
});
