import { isList, isObject, type Json } from '../../model/json.ts';
import type { Value } from './template.ts';

interface Schema {
  readonly [key: string]: unknown;
}

/** What values may be: JSON schema, draft 7, which every Helm reads. A value that no template uses is a mistake, and refused. */
export function valuesSchema(values: readonly Value[]): Schema {
  const root: Properties = new Map();
  for (const value of values) put(root, value.path, schemaOf(value));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...objectSchema(root),
    // Helm's own: what charts that include this one share.
    properties: { global: { type: 'object' }, ...propertiesOf(root) },
  };
}

type Properties = Map<string, Schema | Properties>;

function put(into: Properties, [key = '', ...rest]: readonly string[], schema: Schema): void {
  if (rest.length === 0) {
    into.set(key, schema);
    return;
  }
  const inner = into.get(key) ?? new Map();
  into.set(key, inner);
  put(inner as Properties, rest, schema);
}

const objectSchema = (properties: Properties): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties: propertiesOf(properties),
});

const propertiesOf = (properties: Properties): Schema =>
  Object.fromEntries([...properties].map(([key, inner]) => [key, inner instanceof Map ? objectSchema(inner) : inner]));

const quantity = {
  anyOf: [{ type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$' }, { type: 'number' }],
};
const quantities = {
  type: 'object',
  additionalProperties: false,
  properties: { cpu: quantity, memory: quantity, 'ephemeral-storage': quantity },
};

function schemaOf({ path, variants }: Value): Schema {
  const name = path.at(-1);
  switch (name) {
    case 'image':
      return { type: 'string', minLength: 1 };
    case 'resources':
      return { type: 'object', additionalProperties: false, properties: { requests: quantities, limits: quantities } };
    default: {
      const types = new Set(variants.map((variant) => typeOf(variant)));
      const least = name === 'maxReplicas' ? 1 : 0;
      return {
        type: types.size === 1 ? [...types][0] : [...types].sort(),
        ...(types.has('integer') ? { minimum: least } : {}),
      };
    }
  }
}

function typeOf(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (isObject(value)) return 'object';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
