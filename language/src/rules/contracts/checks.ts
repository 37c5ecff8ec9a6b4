import { callGraph } from '../../model/call-graph.ts';
import { gatewayPolicy, serverPolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type { External, Gateway, Model, Operation, Service } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { operationsOf } from '../model-parts.ts';
import { labelOf, lastOf } from '../naming.ts';
import { addReads, removeReads } from '../reads-fixes.ts';
import type { Checks, Report } from '../rule.ts';
import { reachedBy, type Served } from '../served.ts';
import { duplicateRoute, httpStream, pathParameter, queryParameter } from './routes.ts';

export const contracts = {
  'duplicate-route': duplicateRoute,
  'path-parameter': pathParameter,
  'query-parameter': queryParameter,
  'http-stream': httpStream,
  'no-common-transport': noCommonTransport,
  'error-status': errorStatus,
  'read-that-writes': readThatWrites,
  'unauthenticated-route': unauthenticatedRoute,
  'unlimited-route': unlimitedRoute,
  'port-conflict': portConflict,
} satisfies Partial<Checks>;

function noCommonTransport(model: Model, report: Report<'no-common-transport'>): void {
  const { services, externals } = indexOf(model);
  for (const { kind, declaration: operation, incoming: edges } of callGraph(model).nodes.values()) {
    if (kind === 'consumer' || edges.length === 0) continue;
    const owner = services.get(operation.service) ?? externals.get(operation.service);
    if (!owner || owner.grpc || speaksHttp(owner, operation)) continue;
    report({
      at: operation.at,
      values: {
        operation: labelOf(operation),
        service: owner.name,
        routes: operation.routes.length,
        http: hasHttp(owner),
        callers: edges.length,
      },
      related: edges
        .map(({ from, item }) => ({ message: `\`${labelOf(from.declaration)}\` calls it here`, at: item.target.at }))
        .sort((a, b) => comparePlaces(a.at, b.at)),
      allowedAt: edges.map(({ item }) => item.target.at),
    });
  }
}

const hasHttp = (owner: Service | External): boolean =>
  (owner.kind === 'service' ? owner.http : owner.url) !== undefined;

function speaksHttp(owner: Service | External, { routes, parameters }: Operation): boolean {
  const streams = parameters.kind === 'message' && parameters.stream;
  return hasHttp(owner) && routes.length > 0 && !streams;
}

function errorStatus(model: Model, report: Report<'error-status'>): void {
  for (const { name, status } of model.errors) {
    if (!status || (status.value >= 400 && status.value <= 599)) continue;
    report({ at: status.at, values: { name, status: status.value } });
  }
}

function readThatWrites(model: Model, report: Report<'read-that-writes'>): void {
  const { operations } = indexOf(model);
  for (const operation of operationsOf(model)) {
    if (operation.effect !== 'reads') continue;
    if (operation.calls.length + operation.publishes.length === 0) continue;
    const writes = operation.calls.flat().flatMap((item) => {
      const target = operations.get(item.target.id ?? '');
      return target?.effect === 'write' ? [{ target, name: labelOf(target), at: item.target.at }] : [];
    });
    const events = operation.publishes.map(({ event }) => ({ name: lastOf(event.name), at: event.at }));
    if (writes.length + events.length === 0) continue;
    const [only, ...others] = new Set(writes.map(({ target }) => target));
    const forgotten = only && others.length + events.length === 0 ? addReads(model, only) : [];
    report({
      at: operation.at,
      values: {
        operation: labelOf(operation),
        writes: [...new Set(writes.map(({ name }) => name))],
        events: [...new Set(events.map(({ name }) => name))],
      },
      related: [
        ...writes.map(({ name, at }) => ({ message: `it calls \`${name}\`, a write`, at })),
        ...events.map(({ name, at }) => ({ message: `it publishes \`${name}\``, at })),
      ],
      fixes: [...removeReads(model, operation), ...forgotten],
      allowedAt: [...writes, ...events].map(({ at }) => at),
    });
  }
}

function unauthenticatedRoute(model: Model, report: Report<'unauthenticated-route'>): void {
  unguarded(
    model,
    (gateway, { operation, service }) => [operation, service, gateway].some(({ auth }) => auth.length > 0),
    report,
  );
}

function unlimitedRoute(model: Model, report: Report<'unlimited-route'>): void {
  unguarded(
    model,
    (gateway, { operation }) =>
      gatewayPolicy(model, gateway).limit !== undefined || serverPolicy(model, operation).limit !== undefined,
    report,
  );
}

/** Reports each operation once that some gateway reaches and nothing guards, whichever gateway it is. */
function unguarded(
  model: Model,
  isGuarded: (gateway: Gateway, served: Served) => boolean,
  report: Report<'unauthenticated-route' | 'unlimited-route'>,
): void {
  const told = new Set<string>();
  for (const gateway of [...model.gateways].sort((a, b) => comparePlaces(a.at, b.at))) {
    for (const served of reachedBy(model, gateway)) {
      const { operation, by } = served;
      if (told.has(operation.id) || isGuarded(gateway, served)) continue;
      told.add(operation.id);
      report({
        at: operation.at,
        values: { operation: labelOf(operation), gateway: gateway.name },
        related: [{ message: `the gateway \`${gateway.name}\` serves it here`, at: by.at }],
        allowedAt: [by.at],
      });
    }
  }
}

function portConflict(model: Model, report: Report<'port-conflict'>): void {
  for (const { name, http, grpc } of model.services) {
    if (!http || !grpc || http.value !== grpc.value) continue;
    const [first, second] = comparePlaces(http.at, grpc.at) < 0 ? [http, grpc] : [grpc, http];
    report({
      at: second.at,
      values: { service: name, port: second.value },
      related: [{ message: 'the port is taken here', at: first.at }],
    });
  }
}
