/**
 * Where the parts of a request stand over HTTP: what is not in the path comes from the query for GET, HEAD and DELETE, and
 * from the body otherwise. The server reads them in `binding.ts`.
 */

import type { FieldShape, MessageShape } from '../codec/shape.ts';
import type { RouteDefinition } from '../definition.ts';

export interface HttpRequest {
  readonly method: RouteDefinition['method'];
  /** Path and query, encoded. */
  readonly path: string;
  /** JSON; absent where all is in path and query. */
  readonly body?: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * A route made ready: gives the request for a message in JSON form. Throws `TypeError` for a path parameter without a
 * value, and for what a query cannot hold. Without a shape there are no parameters, and no body.
 */
export function bindRoute(route: RouteDefinition, shape: MessageShape | undefined): (message: Json) => HttpRequest {
  const { method } = route;
  if (shape === undefined) return () => ({ method, path: route.path });
  const path = pathOf(route.path, shape);
  const fields = shape.fields.filter(({ name }) => !path.parameters.has(name));
  const inQuery = method === 'GET' || method === 'HEAD' || method === 'DELETE';
  return (message) => {
    const bound = path.bind(message);
    const rest = fields.filter(({ name }) => message[name] !== undefined);
    if (!inQuery) {
      return {
        method,
        path: bound,
        body: JSON.stringify(Object.fromEntries(rest.map(({ name }) => [name, message[name]]))),
      };
    }
    const query = new URLSearchParams(rest.flatMap((field) => queryOf(field.name, field, message[field.name])));
    return { method, path: query.size === 0 ? bound : `${bound}?${query}` };
  };
}

interface BoundPath {
  readonly parameters: ReadonlySet<string>;
  bind(message: Json): string;
}

function pathOf(template: string, shape: MessageShape): BoundPath {
  // Odd pieces are what stands in braces.
  const pieces = template.split(/\{([^{}]+)\}/);
  const nameOf = (piece: string) => piece.replace(/\*$/, '');
  const bindPiece = (piece: string, i: number, message: Json): string => {
    if (i % 2 === 0) return piece;
    const name = nameOf(piece);
    const text = message[name] === undefined ? '' : textOf(shape.byName.get(name), message[name]);
    if (text === '') throw new TypeError(`${name} is empty, and the path ${template} needs it`);
    return piece.endsWith('*') ? text.split('/').map(segment).join('/') : segment(text);
  };
  return {
    parameters: new Set(pieces.filter((_, i) => i % 2 === 1).map(nameOf)),
    bind: (message) => pieces.map((piece, i) => bindPiece(piece, i, message)).join(''),
  };
}

/** `.` and `..` would be taken for steps in the path. */
function segment(text: string): string {
  return text === '.' || text === '..' ? text.replaceAll('.', '%2E') : encodeURIComponent(text);
}

/** Lists repeat the name; fields of a message follow it after a dot. */
function queryOf(name: string, field: FieldShape, value: unknown): [string, string][] {
  if (value === undefined) return [];
  const isMessage = field.value.kind === 'message';
  if (field.form === 'list' && !isMessage) return (value as unknown[]).map((item) => [name, textOf(field, item)]);
  if (field.form === 'one' && !isMessage) return [[name, textOf(field, value)]];
  if (field.form === 'one' && field.value.kind === 'message') {
    return field.value.type.fields.flatMap((member) =>
      queryOf(`${name}.${member.name}`, member, (value as Json)[member.name]),
    );
  }
  if (field.form === 'list' && (value as unknown[]).length === 0) return [];
  if (field.form !== 'list' && Object.keys(value as object).length === 0) return [];
  throw new TypeError(`${name} cannot stand in a query, which has no way to write a map or a list of messages`);
}

function textOf(field: FieldShape | undefined, value: unknown): string {
  const isJson = field?.value.kind === 'scalar' && field.value.name === 'json';
  return isJson ? JSON.stringify(value) : String(value);
}
