import { indexOf } from '../../model/index-of.ts';
import type { Field, Fix, Model, Operation, Place, Route } from '../../model/model.ts';
import { mendName } from '../../model/nearest.ts';
import { listedInParts } from '../../model/parts.ts';
import { comparePlaces, stretch } from '../../model/place.ts';
import { ownersOf } from '../model-parts.ts';
import { labelOf } from '../naming.ts';
import { parametersOf } from '../parameters.ts';
import { hasRepeats } from '../repeats.ts';
import { followAliases, inWords, isPlain } from '../resolved-type.ts';
import type { Finding, Report } from '../rule.ts';
import { reachedBy } from '../served.ts';

interface Placed {
  readonly operation: Operation;
  readonly route: Route;
}

const textOf = ({ method, path }: Route): string => `${method} ${path}`;

/** What a router sees of a path: parameters without their names. */
const shapeOf = ({ method, path }: Route): string => `${method} ${path.replace(/\{[^}*]*(\*?)\}/g, '{$1}')}`;

function routesOf(operations: Iterable<Operation>): Placed[] {
  const routes: Placed[] = [];
  for (const operation of operations) for (const route of operation.routes) routes.push({ operation, route });
  return routes;
}

// ── duplicate-route ─────────────────────────────────────────────────────────────────────────────────────────────────

type Tell = (finding: Finding<'duplicate-route'>) => void;

function clash(routes: readonly Placed[], where: () => string, told: Set<Route>, report: Tell): void {
  // Methods first: they are told apart sooner than shapes.
  if (!hasRepeats(routes.map(({ route }) => route.method))) return;
  if (!hasRepeats(routes.map(({ route }) => shapeOf(route)))) return;
  const firsts = new Map<string, Placed>();
  for (const later of [...routes].sort((a, b) => comparePlaces(a.route.at, b.route.at))) {
    const first = firsts.get(shapeOf(later.route));
    if (!first) {
      firsts.set(shapeOf(later.route), later);
      continue;
    }
    if (told.has(later.route) || first.route === later.route) continue;
    told.add(later.route);
    report({
      at: later.route.at,
      values: {
        route: textOf(later.route),
        first: textOf(first.route),
        operation: labelOf(first.operation),
        where: where(),
      },
      related: [{ message: `\`${labelOf(first.operation)}\` has it first`, at: first.route.at }],
    });
  }
}

/** Within an owner; each with the route that is told. */
const inOwners = listedInParts((part) => {
  const found: { readonly finding: Finding<'duplicate-route'>; readonly route: Route }[] = [];
  for (const owner of ownersOf(part)) {
    const told = new Set<Route>();
    const findings: Finding<'duplicate-route'>[] = [];
    clash(
      routesOf(owner.operations),
      () => `in \`${owner.name}\``,
      told,
      (finding) => findings.push(finding),
    );
    for (const [i, route] of [...told].entries()) found.push({ finding: findings[i] as (typeof findings)[0], route });
  }
  return found;
});

export function duplicateRoute(model: Model, report: Report<'duplicate-route'>): void {
  const told = new Set<Route>();
  for (const { finding, route } of inOwners(model)) {
    told.add(route);
    report(finding);
  }
  for (const [host, operations] of operationsByHost(model)) {
    clash(routesOf(operations), () => `on ${host}`, told, report);
  }
}

/** What each host reaches; a gateway without hosts is a host of its own. */
function operationsByHost(model: Model): ReadonlyMap<string, ReadonlySet<Operation>> {
  const hosts = new Map<string, Set<Operation>>();
  for (const gateway of model.gateways) {
    const names =
      gateway.hosts.length === 0
        ? [`the gateway \`${gateway.name}\``]
        : gateway.hosts.map(({ value }) => `the host \`${value.toLowerCase()}\``);
    for (const name of names) {
      const operations = hosts.get(name) ?? new Set();
      for (const { operation } of reachedBy(model, gateway)) operations.add(operation);
      hosts.set(name, operations);
    }
  }
  return hosts;
}

// ── parameters ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The parameters by name; nothing where their message is unknown. */
function byName(fields: readonly Field[] | undefined): ReadonlyMap<string, Field> | undefined {
  return fields && new Map(fields.map((field) => [field.name, field]));
}

interface Bound {
  readonly name: string;
  readonly rest: boolean;
  readonly last: boolean;
  readonly at: Place;
}

/** The `{x}` of a route, each with its place. */
function bindingsOf({ path, at }: Route): Bound[] {
  return [...path.matchAll(/\{([^}*]*)(\*?)\}/g)].map((match) => {
    const end = match.index + match[0].length;
    return {
      name: match[1] as string,
      rest: match[2] === '*',
      last: end === path.length,
      at: stretch(at, path, match.index, end),
    };
  });
}

/** Operations of whose paths their file does not tell that all is well: of nearly all it does. */
const unsoundPaths = listedInParts((part): readonly Operation[] =>
  ownersOf(part)
    .flatMap(({ operations }) => operations)
    .filter(({ routes, parameters }) => {
      const fields = parameters.kind === 'inline' ? parameters.fields : [];
      return routes.some((route) => !areSound(bindingsOf(route), fields));
    }),
);

export function pathParameter(model: Model, report: Report<'path-parameter'>): void {
  for (const operation of unsoundPaths(model)) {
    const fields = byName(parametersOf(model, operation));
    for (const route of operation.routes) checkPath(model, operation, route, fields, report);
  }
}

function areSound(bindings: readonly Bound[], fields: readonly Field[]): boolean {
  if (hasRepeats(bindings.map(({ name }) => name))) return false;
  return bindings.every(({ name, rest, last }) => {
    const field = fields.findLast((one) => one.name === name);
    return field?.type.kind === 'scalar' && !mayBeAbsent(field) && (last || !rest);
  });
}

function checkPath(
  model: Model,
  operation: Operation,
  route: Route,
  parameters: ReadonlyMap<string, Field> | undefined,
  report: Report<'path-parameter'>,
): void {
  const seen = new Set<string>();
  const bindings = bindingsOf(route);
  const names = bindings.map(({ name }) => name);
  for (const { name, rest, last, at } of bindings) {
    const values = { name, operation: labelOf(operation) };
    if (rest && !last) report({ at, values: { ...values, wrong: 'rest' } });
    if (seen.has(name)) {
      report({ at, values: { ...values, wrong: 'twice' } });
      continue;
    }
    seen.add(name);
    const field = parameters?.get(name);
    if (!parameters) continue;
    if (!field) {
      // A parameter that a path cannot carry, or carries already, would be the next thing wrong.
      const write = (near: string) => {
        const meant = parameters.get(near);
        const fits = meant && isPlain(model, meant.type) && !mayBeAbsent(meant) && !names.includes(near);
        return fits ? [{ at, text: `{${near}${rest ? '*' : ''}}` }] : [];
      };
      const { hint: near, fixes = [] } = mendName(name, parameters.keys(), at, write);
      report({ at, values: { ...values, wrong: 'missing', near }, fixes });
      continue;
    }
    const related = [{ message: `\`${name}\` is declared here`, at: field.at }];
    if (!isPlain(model, field.type)) {
      report({ at, values: { ...values, wrong: 'type', type: inWords(model, field.type) }, related });
    } else if (mayBeAbsent(field)) {
      report({ at, values: { ...values, wrong: 'optional' }, related, fixes: required(operation, field) });
    }
  }
}

const mayBeAbsent = ({ optional, oneof }: Field): boolean => optional || oneof !== undefined;

/** Takes the `?` away, where nothing but this path says whether the parameter may be absent. */
function required({ parameters, routes }: Operation, { name, type, optional }: Field): Fix[] {
  if (parameters.kind !== 'inline' || routes.length > 1 || !optional) return [];
  const { file, end } = type.at;
  const mark = { file, start: end, end: { line: end.line, column: end.column + 1 } };
  return [{ title: `Make \`${name}\` required`, edits: [{ at: mark, text: '' }], preferred: false }];
}

const fromQuery = new Set(['GET', 'HEAD', 'DELETE']);

const isFromQuery = ({ method }: Route): boolean => fromQuery.has(method);

/** Operations with parameters that a query may not be able to hold. */
const oddQueries = listedInParts((part): readonly Operation[] =>
  ownersOf(part)
    .flatMap(({ operations }) => operations)
    .filter(
      ({ routes, parameters }) =>
        routes.some(isFromQuery) &&
        !(parameters.kind === 'inline' && parameters.fields.every(({ type }) => type.kind === 'scalar')),
    ),
);

export function queryParameter(model: Model, report: Report<'query-parameter'>): void {
  for (const operation of oddQueries(model)) {
    const routes = operation.routes.filter(isFromQuery);
    const { parameters } = operation;
    if (parameters.kind === 'message' && parameters.stream) {
      const [route] = routes as [Route];
      report({
        at: parameters.type.at,
        values: { name: 'stream', type: 'a stream', method: route.method, operation: labelOf(operation) },
        related: [{ message: 'the route stands here', at: route.at }],
      });
      continue;
    }
    const fields = parametersOf(model, operation) ?? [];
    if (fields.every((field) => fitsQuery(model, field))) continue;
    for (const field of byName(fields)?.values() ?? []) {
      if (fitsQuery(model, field)) continue;
      const route = routes.find((candidate) => !bindingsOf(candidate).some(({ name }) => name === field.name));
      if (!route) continue;
      report({
        // The fields of a message may serve others well: it is this use of it that cannot be.
        at: parameters.kind === 'inline' ? field.at : parameters.type.at,
        values: {
          name: field.name,
          type: inWords(model, field.type),
          method: route.method,
          operation: labelOf(operation),
        },
        related: [
          ...(parameters.kind === 'inline' ? [] : [{ message: `\`${field.name}\` is declared here`, at: field.at }]),
          { message: 'the route stands here', at: route.at },
        ],
      });
    }
  }
}

/** A scalar, an enum, or a list of them. */
function fitsQuery(model: Model, field: Field): boolean {
  const type = followAliases(model, field.type);
  return isPlain(model, type.kind === 'list' ? type.element : type);
}

const streamed = listedInParts((part): readonly Operation[] =>
  ownersOf(part)
    .flatMap(({ operations }) => operations)
    .filter(({ parameters }) => parameters.kind === 'message' && parameters.stream),
);

export function httpStream(model: Model, report: Report<'http-stream'>): void {
  const { services, externals } = indexOf(model);
  for (const operation of streamed(model)) {
    if (operation.parameters.kind !== 'message') continue;
    const owner = services.get(operation.service) ?? externals.get(operation.service);
    for (const { at, extent } of operation.routes) {
      // Without gRPC nobody could reach it any more.
      const fixes = owner?.grpc
        ? [{ title: 'Remove the route', edits: [{ at: extent, text: '' }], preferred: false }]
        : [];
      report({
        at,
        values: { operation: labelOf(operation) },
        related: [{ message: 'the stream is declared here', at: operation.parameters.type.at }],
        fixes,
      });
    }
  }
}
