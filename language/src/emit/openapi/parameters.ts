import type { Field, Model, Operation } from '../../model/model.ts';
import { constraintsOf } from '../definition/constraints.ts';
import { requestOf } from '../definition/contract.ts';
import { fieldShape } from '../definition/field-shape.ts';
import { exampleOf, exampleOfField } from '../json-schema/example.ts';
import { messageById } from '../json-schema/reachable.ts';
import {
  description as descriptionOf,
  fieldSchema,
  isRequired,
  messageSchema,
  type References,
  type Schema,
} from '../json-schema/schema.ts';
import type { Endpoint } from './api.ts';

/** Methods whose fields outside the path come from the query. */
const byQuery: readonly string[] = ['GET', 'HEAD', 'DELETE'];

/** Methods with whose requests the runtime looks at no body. */
export const isBodyless = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** The fields of an operation's request, whichever way they are declared. */
export function requestFields(model: Model, { parameters, idempotency }: Operation): readonly Field[] {
  if (parameters.kind === 'inline') {
    const key = idempotency?.by === 'field' ? idempotency.name : undefined;
    return parameters.fields.map((field) => (field.name === key ? asKey(model, field) : field));
  }
  const { type } = fieldShape(model, parameters.type);
  return messageById(model, type)?.fields ?? [];
}

/** An idempotency key has 1 to 255 characters, whatever else is said of it. */
function asKey(model: Model, field: Field): Field {
  if (fieldShape(model, field.type).type !== 'string') return field;
  const length = { kind: 'length', min: 1, max: 255, at: field.at } as const;
  return { ...field, constraints: [...field.constraints, length] };
}

/** The names that a path binds, in their order; `rest` for one that takes all that is left. */
export const boundBy = (path: string): readonly { readonly name: string; readonly rest: boolean }[] =>
  [...path.matchAll(/\{([^}*]+)(\*?)\}/g)].map(([, name = '', rest]) => ({ name, rest: rest === '*' }));

/** The fields that come in the body of a request. */
export function bodyFields(model: Model, { operation, method, path }: Endpoint): readonly Field[] {
  if (byQuery.includes(method)) return [];
  const bound = new Set(boundBy(path).map(({ name }) => name));
  return requestFields(model, operation).filter(({ name }) => !bound.has(name));
}

/**
 * Parameters of the path, of the query, and the header of an idempotency key. `named` says what each parameter of the
 * path is called in its template, which several operations share.
 */
export function parametersOf(
  model: Model,
  { operation, method, path }: Endpoint,
  named: (name: string) => string,
  references: References,
): readonly Schema[] {
  const fields = requestFields(model, operation);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const bound = boundBy(path);
  const inPath = bound.map(({ name, rest }) => {
    const field = byName.get(name);
    const { description, ...about } = field === undefined ? {} : aboutField(model, field, references);
    const said = descriptionOf([
      typeof description === 'string' ? description : undefined,
      rest ? restText : undefined,
    ]);
    return { name: named(name), in: 'path', required: true, ...said, ...about };
  });
  const names = new Set(bound.map(({ name }) => name));
  const inQuery = byQuery.includes(method)
    ? fields.filter(({ name }) => !names.has(name)).map((field) => queryParameter(model, field, references))
    : [];
  return [...inPath, ...inQuery, ...idempotencyHeader(operation)];
}

const restText = 'All that is left of the path, with its slashes. Who can write none in a parameter writes `%2F`.';

/** Lists are repeated names. A list that is missing is empty. */
function queryParameter(model: Model, field: Field, references: References): Schema {
  const { many, type, whole } = fieldShape(model, field.type, field.constraints);
  const least = constraintsOf(whole, type).length?.[0] ?? 0;
  const required = isRequired(field) && (many === undefined || least > 0);
  return { name: field.name, in: 'query', ...(required ? { required } : {}), ...aboutField(model, field, references) };
}

/** Description, deprecation and schema; JSON of any form is text in JSON. */
function aboutField(model: Model, field: Field, references: References): Schema {
  const { description, deprecated, ...schema } = fieldSchema(model, field, references);
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
  const { many, type } = fieldShape(model, field.type, field.constraints);
  if (type === 'json' && many === undefined) return { ...about, content: { 'application/json': { schema } } };
  const example = exampleOfField(model, field);
  return { ...about, schema, ...(example === undefined ? {} : { example }) };
}

function idempotencyHeader({ idempotency }: Operation): readonly Schema[] {
  if (idempotency?.by !== 'header') return [];
  const description =
    'The same for each try of one request, and another for the next: a repeated request gets the answer of the first.';
  return [
    {
      name: idempotency.name,
      in: 'header',
      description,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
      example: '7c1f9a52-2f3e-4a53-9d5a-0a3b7c1d2e02',
    },
  ];
}

/** The body of a request; undefined where nothing comes in it. A message that comes whole is referred to. */
export function requestBody(model: Model, endpoint: Endpoint, references: References): Schema | undefined {
  const fields = bodyFields(model, endpoint);
  if (fields.length === 0) return undefined;
  const { operation } = endpoint;
  const id = requestOf(model, operation);
  const whole = fields.length === requestFields(model, operation).length && id !== undefined;
  const schema = whole ? { $ref: references.to(id) } : messageSchema(model, { id: bodyId, fields }, references);
  const example = exampleOf(model, fields);
  return {
    ...(fields.some(isRequired) ? { required: true } : {}),
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  };
}

/** What is left of a message beside the path has no name of its own. */
export const bodyId = '';
