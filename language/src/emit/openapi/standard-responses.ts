import type { Schema } from '../json-schema/schema.ts';
import { problemType } from './problems.ts';

/** A response that means the same wherever it comes from. */
interface Standard {
  /** Its component. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly headers?: readonly ('RetryAfter' | 'WwwAuthenticate')[];
  readonly example?: object;
}

const example = (status: number, title: string, code: string, detail: string, more: object = {}) => ({
  example: { type: 'about:blank', title, status, detail, code, requestId: 'kU1zPq0Xo3Fv.1a', ...more },
});

/** By status: what the runtime answers of itself, whatever an operation declares. */
export const standardResponses: Readonly<Record<number, Standard>> = {
  400: {
    name: 'BadRequest',
    title: 'Bad Request',
    description: 'The request breaks its contract: it is no JSON, or `violations` says what is wrong with it.',
    ...example(400, 'Bad Request', 'invalid-argument', 'id must be a UUID.', {
      violations: [{ field: 'id', message: 'must be a UUID', rule: 'type' }],
    }),
  },
  401: {
    name: 'Unauthorized',
    title: 'Unauthorized',
    description: 'The request carries no credentials, or none that are good.',
    headers: ['WwwAuthenticate'],
  },
  403: { name: 'Forbidden', title: 'Forbidden', description: 'The caller is known, and may not do this.' },
  404: {
    name: 'NotFound',
    title: 'Not Found',
    description: 'A parameter of the path is empty, so that no route has it.',
  },
  408: { name: 'RequestTimeout', title: 'Request Timeout', description: 'The request took too long to arrive.' },
  409: {
    name: 'StillRunning',
    title: 'Conflict',
    description: 'A request with this idempotency key is still running; the same one again gets its answer.',
    headers: ['RetryAfter'],
  },
  413: { name: 'ContentTooLarge', title: 'Payload Too Large', description: 'The body is too large.' },
  414: { name: 'UriTooLong', title: 'URI Too Long', description: 'A parameter of the path is too long.' },
  415: {
    name: 'UnsupportedMediaType',
    title: 'Unsupported Media Type',
    description: 'The body must be JSON, and not encoded.',
  },
  422: {
    name: 'KeyReused',
    title: 'Unprocessable Entity',
    description: 'The idempotency key came before, with another request.',
  },
  429: {
    name: 'TooManyRequests',
    title: 'Too Many Requests',
    description: 'There are more requests than a limit allows.',
    headers: ['RetryAfter'],
  },
  431: { name: 'HeadersTooLarge', title: 'Request Header Fields Too Large', description: 'The headers are too large.' },
  499: {
    name: 'Cancelled',
    title: 'Error',
    description: 'A service that this one needs gave the call up, as if the caller had gone away.',
  },
  500: {
    name: 'InternalError',
    title: 'Internal Server Error',
    description: 'A fault of the service; its log says more.',
  },
  502: { name: 'BadGateway', title: 'Bad Gateway', description: 'The service behind the gateway cannot be reached.' },
  503: {
    name: 'Unavailable',
    title: 'Service Unavailable',
    description: 'The service, or one that it needs, is overloaded, stopping or out of reach. It may be tried again.',
    headers: ['RetryAfter'],
  },
  504: {
    name: 'DeadlineExceeded',
    title: 'Gateway Timeout',
    description: 'The time for the call was over, by its deadline or by `x-request-timeout-ms`.',
  },
};

/** The components of the standard responses that are used. */
export function responseComponents(statuses: readonly number[]): Readonly<Record<string, Schema>> {
  return Object.fromEntries(
    statuses.flatMap((status) => {
      const standard = standardResponses[status];
      return standard === undefined ? [] : [[standard.name, responseOf(standard)]];
    }),
  );
}

const responseOf = ({ description, headers = [], example: problem }: Standard): Schema => ({
  description,
  headers: headersOf(headers),
  content: {
    [problemType]: {
      schema: { $ref: '#/components/schemas/Problem' },
      ...(problem === undefined ? {} : { example: problem }),
    },
  },
});

const headerNames = {
  RequestId: 'x-request-id',
  RetryAfter: 'retry-after',
  WwwAuthenticate: 'www-authenticate',
} as const;

/** The headers of an answer: its request id, and those that are named. */
export function headersOf(names: readonly (keyof typeof headerNames)[] = []): Schema {
  return Object.fromEntries(
    (['RequestId', ...names] as const).map((name) => [headerNames[name], { $ref: `#/components/headers/${name}` }]),
  );
}

/** All headers, by the names of their components. */
export const headerComponents: Readonly<Record<keyof typeof headerNames, Schema>> = {
  RequestId: {
    description: 'What the request goes by in logs: the id that it came with, or a new one.',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Whole seconds after which to try again.',
    schema: { type: 'integer', minimum: 0 },
  },
  WwwAuthenticate: { description: 'How to show who one is.', schema: { type: 'string' } },
};
