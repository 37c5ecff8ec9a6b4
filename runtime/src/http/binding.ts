/** The request of an operation from the parts of an HTTP request: path, query and body. */

import type { Types } from '../codec/codec.ts';
import { type FieldShape, type MessageShape, setOwn, shapesOf } from '../codec/shape.ts';
import type { RouteDefinition } from '../definition.ts';

export type QueryValues = Readonly<Record<string, string | string[]>>;

/** Puts together the JSON form of a request. What is not JSON of an object stays as it is, for the codec to refuse. */
export type Bind = (path: Readonly<Record<string, string>>, query: QueryValues, body: unknown) => unknown;

/** Methods whose fields outside the path come from the query. */
const BY_QUERY: readonly RouteDefinition['method'][] = ['GET', 'HEAD', 'DELETE'];

/** How a route's request is bound. In a query, lists are repeated names and fields of messages are written `near.x=1`. */
export function bindingOf(types: Types, message: string, route: RouteDefinition): Bind {
  const shape = shapesOf(types)(message);
  const byQuery = BY_QUERY.includes(route.method);
  return (path, query, body) => {
    if (!byQuery && (typeof body !== 'object' || body === null || Array.isArray(body)) && body !== undefined)
      return body;
    // The body is this request's alone, so it may be completed in its place.
    const request: object = byQuery ? fromQuery(shape, query) : (body ?? {});
    for (const name in path) setOwn(request, name, fromText(shape.byName.get(name), path[name]!));
    return request;
  };
}

function fromQuery(shape: MessageShape, query: QueryValues): object {
  const request: object = Object.create(null);
  for (const [name, value] of Object.entries(query)) put(request, shape, name.split('.'), value);
  for (const field of shape.fields) {
    // A query has no way to write an empty list or map.
    if (!field.optional && field.form !== 'one' && !Object.hasOwn(request, field.name)) {
      setOwn(request, field.name, field.form === 'list' ? [] : {});
    }
  }
  return request;
}

/** Sets `near.x` inside the request. A name that leads nowhere is put there whole, to be refused as unknown. */
function put(into: object, shape: MessageShape, [name, ...rest]: readonly string[], value: string | string[]): void {
  const field = shape.byName.get(name!);
  if (rest.length > 0 && field?.value.kind === 'message' && field.form === 'one') {
    if (!Object.hasOwn(into, name!)) setOwn(into, name!, Object.create(null));
    const child = (into as Record<string, unknown>)[name!];
    if (typeof child === 'object' && child !== null) put(child, field.value.type, rest, value);
  } else if (rest.length > 0) setOwn(into, [name, ...rest].join('.'), value);
  else if (field?.form === 'list')
    setOwn(
      into,
      name!,
      [value].flat().map((text) => fromText(field, text)),
    );
  // A name that is repeated where one value is meant stays a list, and is refused as such.
  else setOwn(into, name!, Array.isArray(value) ? value : fromText(field, value));
}

/** Text as the JSON that the codec expects of the field; numbers it takes as text already. */
function fromText(field: FieldShape | undefined, text: string): unknown {
  if (field?.value.kind !== 'scalar') return text;
  switch (field.value.name) {
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'json':
      return parsedOr(text);
    default:
      return text;
  }
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
