import type { Model, Operation, Service } from '../../model/model.ts';
import { streamOf } from '../definition/contract.ts';
import { description, type References, type Schema } from '../json-schema/schema.ts';
import { camelCase, kebabCase, pascalCase, wordsOf } from '../names.ts';
import type { Api, Endpoint } from './api.ts';
import { boundBy, parametersOf, requestBody } from './parameters.ts';
import { type ProblemOf, responsesOf } from './responses.ts';
import { securityOf } from './security.ts';
import { statusesOf } from './statuses.ts';

/** The methods of a path in the order in which people read them. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** `paths` of a document, and the statuses of the standard answers in it. */
export function pathsOf(
  model: Model,
  api: Api,
  references: References,
  problemOf: ProblemOf,
): { readonly paths: Schema; readonly statuses: readonly number[] } {
  const ids = operationIds(api);
  const statuses = new Set<number>();
  const templates = Map.groupBy(api.endpoints, ({ path }) => shapeOf(path));
  const paths = [...templates.values()].map((endpoints): [string, Schema] => {
    // Templates that differ in the names of parameters only are one path: the first one's names stand for all.
    const names = boundBy(endpoints[0]?.path ?? '').map(({ name }) => name);
    const items = endpoints
      .toSorted((a, b) => methods.indexOf(a.method) - methods.indexOf(b.method))
      .map((endpoint): [string, Schema] => {
        const own = statusesOf(model, endpoint, api.of.kind === 'gateway');
        for (const status of own) statuses.add(status);
        const bound = boundBy(endpoint.path).map(({ name }) => name);
        const named = (name: string) => names[bound.indexOf(name)] ?? name;
        const parameters = parametersOf(model, endpoint, named, references);
        const body = requestBody(model, endpoint, references);
        return [
          endpoint.method.toLowerCase(),
          {
            tags: [tagOf(endpoint.service, api.services)],
            ...textsOf(endpoint.operation),
            operationId: ids.get(endpoint),
            ...(endpoint.operation.deprecated === undefined ? {} : { deprecated: true }),
            security: securityOf(model, endpoint.operation),
            ...(parameters.length === 0 ? {} : { parameters }),
            ...(body === undefined ? {} : { requestBody: body }),
            responses: responsesOf(model, endpoint, own, references, problemOf),
          },
        ];
      });
    return [(endpoints[0]?.path ?? '').replace(/\*\}/g, '}'), Object.fromEntries(items)];
  });
  return { paths: Object.fromEntries(paths), statuses: [...statuses].sort((a, b) => a - b) };
}

const shapeOf = (path: string): string => path.replace(/\{[^}]*\}/g, '{}');

/** A tag is a service, by its name or, where two share that, by the whole of it. */
export function tagOf(service: Service, all: readonly Service[]): string {
  return all.some(({ id, name }) => id !== service.id && name === service.name) ? service.id : service.name;
}

/** The first sentence of the docs as summary, else the name in words; more docs as description. */
function textsOf(operation: Operation): Schema {
  const docs = operation.docs?.trim() ?? '';
  const [, first = ''] = /^([^\n]{1,118}?[^.\s])(?:\.(?=\s|$)|:?(?=\n)|$)/.exec(docs) ?? [];
  const words = wordsOf(operation.name).join(' ');
  const summary = first === '' ? words.charAt(0).toUpperCase() + words.slice(1) : first;
  const more = docs.replace(/\.$/, '') === first ? undefined : docs;
  const deprecated = operation.deprecated === undefined ? undefined : `Deprecated: ${operation.deprecated}`;
  return { summary, ...description([more, repeats(operation), deprecated]) };
}

/** What may be done to an operation again; of a read everybody knows. */
function repeats(operation: Operation): string | undefined {
  const { effect, idempotency } = operation;
  if (streamOf(operation) !== undefined || effect === 'reads') return undefined;
  if (idempotency?.by === 'field')
    return `Requests with the same \`${idempotency.name}\` are one request: repeated, it gets the same answer.`;
  // With a header it is the header that makes it so, which says it itself.
  if (idempotency === undefined && effect === 'idempotent') return 'It may be repeated: twice is as good as once.';
  return undefined;
}

/**
 * Unique in a document, and steady: behind a gateway the service's name is a part of it, whether or not another service has
 * such an operation today. Of several routes the first one of the source has the plain name.
 */
function operationIds({ of, endpoints, services }: Api): ReadonlyMap<Endpoint, string> {
  const ids = new Map<Endpoint, string>();
  const given = new Set<string>();
  const inOrderOfSource = endpoints.toSorted((a, b) => position(a) - position(b));
  for (const endpoint of inOrderOfSource) {
    const { service, operation, method } = endpoint;
    const prefix = of.kind === 'gateway' ? tagOf(service, services) : '';
    const plain = prefix === '' ? camelCase(operation.name) : camelCase(prefix) + pascalCase(operation.name);
    const candidates = [plain, `${plain}By${pascalCase(method)}`];
    let id = candidates.find((candidate) => !given.has(candidate));
    for (let n = 2; id === undefined; n++) if (!given.has(`${plain}${n}`)) id = `${plain}${n}`;
    given.add(id);
    ids.set(endpoint, id);
  }
  return ids;
}

/** Of a route among those of its operation. */
const position = ({ operation, method, path }: Endpoint): number =>
  operation.routes.findIndex((route) => route.method === method && route.path === path);

/** Name of a host inside of a system. */
export const hostOf = (service: Service): string => kebabCase(service.name);
