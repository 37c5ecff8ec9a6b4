import { indexOf } from '../../model/index-of.ts';
import type { ErrorMessage, Model, Operation } from '../../model/model.ts';
import { errorsOf } from '../definition/contract.ts';
import { messageOf } from '../definition/field-shape.ts';
import { wireCodes } from '../definition/names.ts';
import { exampleOf } from '../json-schema/example.ts';
import { messageById } from '../json-schema/reachable.ts';
import type { References, Schema } from '../json-schema/schema.ts';
import type { Endpoint } from './api.ts';
import { problemExample, problemType } from './problems.ts';
import { headersOf, standardResponses } from './standard-responses.ts';

/** Name of the component with the problem of a declared error. */
export type ProblemOf = (error: ErrorMessage) => string;

/** The answers of an endpoint: success, what it declares, and what the runtime answers of itself. */
export function responsesOf(
  model: Model,
  endpoint: Endpoint,
  own: readonly number[],
  references: References,
  problemOf: ProblemOf,
): Schema {
  const { operation, method } = endpoint;
  const declared = Map.groupBy(errorsOf(model, operation), (error) => wireCodes(error).status);
  const statuses = [...new Set([...own, ...declared.keys()])].sort((a, b) => a - b);
  const [status, success] = successOf(model, operation, references);
  const answers: [number, Schema][] = [
    [status, success],
    ...statuses.map((code): [number, Schema] => {
      const errors = declared.get(code) ?? [];
      return [code, failure(model, endpoint, code, errors, own.includes(code), problemOf)];
    }),
  ];
  // To HEAD there is no body, whatever the type says.
  const shown =
    method === 'HEAD' ? answers.map(([code, answer]): [number, Schema] => [code, bodiless(code, answer)]) : answers;
  return Object.fromEntries(shown.map(([code, answer]) => [String(code), answer]));
}

function successOf(model: Model, { result }: Operation, references: References): [number, Schema] {
  const id = result && messageOf(model, result.type);
  if (id === undefined) return [204, { description: 'Done; there is nothing to say.', headers: headersOf() }];
  if (result?.stream) return [200, stream(references.to(id))];
  const message = messageById(model, id);
  const example = message && exampleOf(model, message.fields);
  const content = { schema: { $ref: references.to(id) }, ...(example === undefined ? {} : { example }) };
  return [
    200,
    {
      description: firstLine(message?.docs) ?? 'The answer.',
      headers: headersOf(),
      content: { 'application/json': content },
    },
  ];
}

/** Server-sent events. OpenAPI 3.1 has no form of its own for them: the schema is that of each event. */
function stream(reference: string): Schema {
  const description =
    'Server-sent events, one for each item; a failure in midstream is a last event `error`, with a problem as its data.';
  const schema = {
    type: 'object',
    description: 'One event.',
    required: ['data'],
    properties: {
      event: { type: 'string', description: '`error` for one that tells of a failure; else it is absent.' },
      data: {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: { anyOf: [{ $ref: reference }, { $ref: '#/components/schemas/ProblemDetails' }] },
      },
    },
  };
  return { description, headers: headersOf(), content: { 'text/event-stream': { schema } } };
}

function failure(
  model: Model,
  { path }: Endpoint,
  status: number,
  errors: readonly ErrorMessage[],
  plain: boolean,
  problemOf: ProblemOf,
): Schema {
  const standard = standardResponses[status];
  if (errors.length === 0 && standard) return { $ref: `#/components/responses/${standard.name}` };
  const refs = errors.map((error) => `#/components/schemas/${problemOf(error)}`);
  const all = [...refs, ...(plain ? ['#/components/schemas/Problem'] : [])];
  const said = errors.map(({ name, docs }) => `\`${name}\`${docs === undefined ? '' : `: ${firstLine(docs)}`}`);
  const mapping = Object.fromEntries([
    ...errors.map(({ id }, i) => [`urn:weir:error:${id}`, refs[i]]),
    ...(plain
      ? [
          ['about:blank', '#/components/schemas/Problem'],
          ['urn:weir:problem:still-running', '#/components/schemas/Problem'],
        ]
      : []),
  ]);
  const [only] = all;
  const schema =
    all.length === 1
      ? { $ref: only }
      : { oneOf: all.map(($ref) => ({ $ref })), discriminator: { propertyName: 'type', mapping } };
  const examples = errors.flatMap((error) => {
    const value = problemExample(model, error, path.replace(/\{[^}]*\}/g, '1'));
    return value === undefined ? [] : [[error.name, { value }]];
  });
  return {
    description: [...said.map((each) => `- ${each}`), ...(plain && standard ? [`- ${standard.description}`] : [])].join(
      '\n',
    ),
    headers: headersOf(plain ? standard?.headers : []),
    content: {
      [problemType]: { schema, ...(examples.length === 0 ? {} : { examples: Object.fromEntries(examples) }) },
    },
  };
}

function bodiless(status: number, { $ref, content, ...answer }: Schema): Schema {
  if ($ref === undefined) return answer;
  const standard = standardResponses[status];
  return { description: standard?.description ?? '', headers: headersOf(standard?.headers) };
}

const firstLine = (docs: string | undefined): string | undefined => docs?.split('\n', 1)[0];

/** The errors that endpoints declare, each once, by full name. */
export function declaredErrors(model: Model, operations: readonly Operation[]): readonly ErrorMessage[] {
  const ids = new Set(operations.flatMap((operation) => errorsOf(model, operation).map(({ id }) => id)));
  return [...indexOf(model).errors.values()].filter(({ id }) => ids.has(id));
}
