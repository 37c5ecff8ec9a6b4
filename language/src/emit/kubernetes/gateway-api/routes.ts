import { gatewayPolicy, serverPolicy } from '../../../model/effective-policy.ts';
import type { Gateway, Model } from '../../../model/model.ts';
import { streamOf } from '../../definition/contract.ts';
import { byText } from '../../order.ts';
import { type CustomObject, customObject } from '../custom-object.ts';
import { durationText } from '../durations.ts';
import { labels } from '../labels.ts';
import { objectName } from '../names.ts';
import { gatewaysOf } from '../peers.ts';
import { canaryName } from '../rollout.ts';
import type { Workload } from '../workload.ts';
import { type Opening, openedBy, openingsOf } from './opened.ts';
import { type PathMatch, pathMatch } from './path-match.ts';

/** So much of each a route takes (the limits of its API). */
const mostRules = 16;
const mostMatches = 64;

/** Over the service's own deadline, so that its answer arrives and not the gateway's. */
const margin = 1000;

/** The routes of a service, one object for each gateway that serves it; more where they do not fit into one. */
export function routesOf(model: Model, workload: Workload): CustomObject[] {
  // Flagger writes the routes of what it splits the traffic of.
  if (workload.rollout?.by === 'flagger' && workload.rollout.split?.gateway && !workload.rollout.split.mesh) return [];
  return gatewaysOf(model, workload.service).flatMap((gateway) => routesThrough(model, gateway, workload));
}

function routesThrough(model: Model, gateway: Gateway, workload: Workload): CustomObject[] {
  const openings = openingsOf(model, gateway, workload.service);
  const { allGrpc, paths } = openedBy(model, gateway);
  const kind = allGrpc ? 'GRPCRoute' : 'HTTPRoute';
  const timeout = (opening: Opening): string => (kind === 'GRPCRoute' ? '' : timeoutOf(model, gateway, opening));
  const rules = chunks(rulesOf(kind, Map.groupBy(openings, timeout), paths, workload), mostRules);
  return rules.map((some, i) => {
    const name = `${objectName(gateway.name)}-${workload.name}${i === 0 ? '' : `-${i + 1}`}`;
    return customObject(
      kind,
      { name, labels: labels(workload) },
      {
        parentRefs: [{ name: objectName(gateway.name) }],
        ...(gateway.hosts.length === 0 ? {} : { hostnames: gateway.hosts.map(({ value }) => value) }),
        rules: some,
      },
    );
  });
}

/** A rule for all that may take equally long. */
function rulesOf(
  kind: 'GRPCRoute' | 'HTTPRoute',
  byTimeout: ReadonlyMap<string, readonly Opening[]>,
  paths: readonly string[],
  workload: Workload,
): object[] {
  return [...byTimeout]
    .map(([timeout, some]) => ({
      timeout,
      some,
      matches: some
        .map((opening) => (kind === 'GRPCRoute' ? methodMatch(opening) : matchOf(opening, paths)))
        .sort((a, b) => byText(JSON.stringify(a), JSON.stringify(b))),
    }))
    .sort((a, b) => byText(JSON.stringify(a.matches), JSON.stringify(b.matches)))
    .flatMap(({ timeout, some, matches }) =>
      chunks(matches, mostMatches).map((few) => ({
        matches: few,
        ...(timeout === '' ? {} : { timeouts: { request: timeout } }),
        backendRefs: backendsOf(workload, some[0]?.port ?? 'http'),
      })),
    );
}

/**
 * Until when a gateway waits: its own deadline, else until after the operation's. `0s`, for ever, for streams that have no end of
 * their own; nothing where nobody says.
 */
export function timeoutOf(model: Model, gateway: Gateway, { operation }: Opening): string {
  const own = gatewayPolicy(model, gateway).deadline?.value.ms;
  if (own !== undefined) return durationText(own);
  const deadline = serverPolicy(model, operation).deadline?.value.ms;
  if (deadline !== undefined) return durationText(deadline + margin);
  return streamOf(operation) === undefined ? '' : '0s';
}

/** How a request for an operation is recognised by its path: that of a method of gRPC is its full name. */
export function matchOf(opening: Opening, paths: readonly string[]): { path: PathMatch; method: string } {
  if (opening.port === 'http') return { path: pathMatch(opening.path, paths), method: opening.method };
  return { path: { type: 'Exact', value: `/${opening.service}/${opening.method}` }, method: 'POST' };
}

function methodMatch(opening: Opening): object {
  if (opening.port === 'http') return {};
  return { method: { type: 'Exact', service: opening.service, method: opening.method } };
}

/** While a canary runs, its controller moves the weights. */
function backendsOf({ name, ports, rollout }: Workload, port: 'http' | 'grpc'): object[] {
  const stable = { name, port: ports[port] };
  return rollout?.by === 'argo' && rollout.split?.gateway
    ? [
        { ...stable, weight: 100 },
        { ...stable, name: canaryName(name), weight: 0 },
      ]
    : [stable];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
