/** Errors as the runtime sends them: problem details. https://www.rfc-editor.org/rfc/rfc9457 */

import type { ErrorMessage, Model } from '../../model/model.ts';
import { codeNames, codeOf, wireCodes } from '../definition/names.ts';
import { exampleOf } from '../json-schema/example.ts';
import type { Schema } from '../json-schema/schema.ts';

export const problemType = 'application/problem+json';

/** Names of the components that every document has, and no type of a system may have. */
export const problemComponents = ['Problem', 'ProblemDetails', 'Violation'] as const;

/** What stands in the answers of all services, by the name of its component. */
export const problemSchemas: Readonly<Record<(typeof problemComponents)[number], Schema>> = {
  Problem: {
    description: 'An error that no operation declares.',
    allOf: [
      { $ref: '#/components/schemas/ProblemDetails' },
      { type: 'object', properties: { type: { enum: ['about:blank', 'urn:weir:problem:still-running'] } } },
    ],
  },
  ProblemDetails: {
    type: 'object',
    description: 'What went wrong, as problem details (RFC 9457).',
    required: ['type', 'title', 'status', 'code'],
    properties: {
      type: {
        type: 'string',
        format: 'uri-reference',
        description: '`urn:weir:error:` and the full name of the error that an operation declares; else `about:blank`.',
      },
      title: { type: 'string' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string', description: 'What happened this time.' },
      instance: { type: 'string', format: 'uri-reference', description: 'The path of the request.' },
      code: { type: 'string', description: 'What the status alone does not tell.', enum: codeNames },
      requestId: { type: 'string', description: 'As in the header `x-request-id`, and in the logs.' },
      retryAfterMs: {
        type: 'integer',
        minimum: 0,
        description: 'Milliseconds after which to try again: `retry-after` exactly.',
      },
      violations: {
        type: 'array',
        description: 'All that is wrong with the request, 100 at most.',
        items: { $ref: '#/components/schemas/Violation' },
      },
      fields: { description: 'What a declared error tells besides.' },
    },
  },
  Violation: {
    type: 'object',
    required: ['field', 'message', 'rule'],
    properties: {
      field: { type: 'string', description: 'Where: `items[0].quantity`; empty for the request as a whole.' },
      message: { type: 'string' },
      rule: { type: 'string', description: 'Which constraint: `required`, `type`, `range`, `length`, `matches`, …' },
    },
  },
};

/** The problem of a declared error: its type is known, and it carries the error's fields. */
export function declaredProblem(error: ErrorMessage, fields: string): Schema {
  return {
    ...(error.docs === undefined ? {} : { description: error.docs }),
    allOf: [
      { $ref: '#/components/schemas/ProblemDetails' },
      {
        type: 'object',
        required: ['fields'],
        properties: {
          type: { const: typeOf(error) },
          status: { const: wireCodes(error).status },
          code: { const: codeOf(error) },
          fields: { $ref: fields },
        },
      },
    ],
  };
}

const typeOf = ({ id }: ErrorMessage): string => `urn:weir:error:${id}`;

/** What a declared error looks like; undefined where its fields cannot be made up. */
export function problemExample(model: Model, error: ErrorMessage, instance: string): unknown {
  const fields = exampleOf(model, error.fields);
  if (fields === undefined) return undefined;
  const { status } = wireCodes(error);
  return { type: typeOf(error), title: titleOf(error.name), status, instance, code: codeOf(error), fields };
}

/** `OutOfStock` → `Out of stock`, as the runtime says it. */
function titleOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
