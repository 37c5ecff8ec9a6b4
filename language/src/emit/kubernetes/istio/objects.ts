import type { Model, Service } from '../../../model/model.ts';
import { type CustomObject, type CustomSpec, customObject } from '../custom-object.ts';
import { durationText } from '../durations.ts';
import { labels, selectorLabels } from '../labels.ts';
import { appliesPolicies, type MeshEdge, type MeshPolicy, meshEdgesTo, policyOf } from '../mesh/edge-policy.ts';
import { objectName } from '../names.ts';
import { edgesFrom, edgesTo, gatewaysOf } from '../peers.ts';
import { canaryName } from '../rollout.ts';
import type { Workload } from '../workload.ts';

/** What Istio is told of a service: who may call it, how it is called, and how it calls others. */
export function istioObjectsOf(model: Model, workload: Workload): CustomObject[] {
  if (workload.choices.mesh !== 'istio') return [];
  return [
    ...peerAuthentication(model, workload),
    authorizationPolicy(model, workload),
    ...virtualService(model, workload),
    ...destinationRules(model, workload),
  ];
}

/** `mtls on`: nobody gets in without a certificate of the mesh, but for who asks for metrics. */
function peerAuthentication(model: Model, workload: Workload): CustomObject[] {
  if (model.systems[0]?.mtls !== true) return [];
  const { metrics } = workload.ports;
  return [
    customObject(
      'PeerAuthentication',
      { name: workload.name, labels: labels(workload) },
      {
        selector: { matchLabels: selectorLabels(workload) },
        mtls: { mode: 'STRICT' },
        ...(metrics === undefined ? {} : { portLevelMtls: { [metrics]: { mode: 'PERMISSIVE' } } }),
      },
    ),
  ];
}

/** So many accounts a source takes. */
const mostAccounts = 16;

/** Declared callers on their ports, gateways, and metrics. Without a rule nobody gets in. */
function authorizationPolicy(model: Model, workload: Workload): CustomObject {
  const { name, ports, service } = workload;
  const callers = edgesTo(model, service);
  const byPorts = Map.groupBy(callers, (edge) => edge.ports.join(' '));
  const routed = ports.http ?? ports.grpc;
  const gateways = routed === undefined ? [] : gatewaysOf(model, service);
  const rules = [
    ...[...byPorts.values()].map((some) =>
      rule(
        some.map(({ from }) => objectName(from.name)),
        some[0]?.ports ?? [],
      ),
    ),
    // Istio runs each Gateway by an account of its own, called after both.
    ...(gateways.length === 0
      ? []
      : [
          rule(
            gateways.map((gateway) => `${objectName(gateway.name)}-${workload.choices.gatewayClass}`),
            [routed ?? 0],
          ),
        ]),
    ...(ports.metrics === undefined ? [] : [{ to: [{ operation: { ports: [`${ports.metrics}`] } }] }]),
  ];
  return customObject(
    'AuthorizationPolicy',
    { name, labels: labels(workload) },
    {
      selector: { matchLabels: selectorLabels(workload) },
      action: 'ALLOW',
      ...(rules.length === 0 ? {} : { rules }),
    },
  );
}

function rule(accounts: readonly string[], ports: readonly number[]): CustomSpec {
  const few = Array.from({ length: Math.ceil(accounts.length / mostAccounts) }, (_, i) =>
    accounts.slice(i * mostAccounts, (i + 1) * mostAccounts),
  );
  return {
    from: few.map((serviceAccounts) => ({ source: { serviceAccounts } })),
    to: [{ operation: { ports: ports.map((port) => `${port}`) } }],
  };
}

/** Flagger writes it where it moves traffic by it. */
function virtualService(model: Model, workload: Workload): CustomObject[] {
  const http = virtualRoutes(model, workload);
  const isFlaggers = workload.rollout?.by === 'flagger' && workload.rollout.split?.mesh === 'istio';
  if (isFlaggers || http.length === 0) return [];
  const metadata = { name: workload.name, labels: labels(workload) };
  return [customObject('VirtualService', metadata, { hosts: [workload.name], http })];
}

/** A route of a VirtualService. */
type VirtualRoute = CustomSpec & { readonly name: string };

/**
 * How calls of a service go: under the mesh's policy for those whose policies it applies, and for all others without a second try,
 * which Istio would give them by itself.
 */
export function virtualRoutes(model: Model, workload: Workload): readonly VirtualRoute[] {
  const { ports, service } = workload;
  const open = [ports.http, ports.grpc].filter((port) => port !== undefined);
  return [
    ...meshEdgesTo(model, service).flatMap((edge) => ruledRoutes(workload, edge)),
    ...open.map((port) => ({
      name: `port-${port}`,
      match: [{ port }],
      route: destinations(workload, port),
      retries: { attempts: 0 },
    })),
  ];
}

function ruledRoutes(workload: Workload, { from, rules }: MeshEdge): VirtualRoute[] {
  const sourceLabels = selectorLabels({ name: objectName(from.name), system: workload.system });
  return rules.flatMap(({ policy, matches }, i) =>
    (['http', 'grpc'] as const).flatMap((transport) => {
      const port = workload.ports[transport];
      const some = matches.filter((match) => match.port === transport);
      if (port === undefined || some.length === 0) return [];
      return [
        {
          name: `from-${objectName(from.name)}-${i + 1}-${transport}`,
          match: some.map(({ method, path }) => ({ port, sourceLabels, method: { exact: method }, uri: path })),
          route: destinations(workload, port),
          ...appliedBy(policy),
        },
      ];
    }),
  );
}

function appliedBy({ timeout, retry }: MeshPolicy): CustomSpec {
  return {
    ...(timeout === undefined ? {} : { timeout: durationText(timeout) }),
    retries: retry
      ? {
          attempts: retry.more,
          ...(retry.each === undefined ? {} : { perTryTimeout: durationText(retry.each) }),
          retryOn: [...new Set(retry.on.flatMap((cause) => causes[cause]))].join(','),
          backoff: durationText(retry.backoff),
        }
      : { attempts: 0 },
  };
}

/** What Envoy calls the causes: https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on */
const causes = {
  connect: ['connect-failure', 'refused-stream'],
  unavailable: ['unavailable', '503'],
  timeout: ['reset', 'deadline-exceeded'],
  throttled: ['resource-exhausted', '429'],
  '502': ['502'],
  '503': ['503'],
  '504': ['504'],
  internal: ['internal', '500'],
} as const;

/** While a canary runs, its controller moves the weights. */
function destinations({ name, rollout }: Workload, number: number): CustomSpec[] {
  const stable = { destination: { host: name, port: { number } } };
  if (rollout?.by !== 'argo' || rollout.split?.mesh !== 'istio') return [stable];
  return [
    { ...stable, weight: 100 },
    { destination: { host: canaryName(name), port: { number } }, weight: 0 },
  ];
}

const balancers = {
  'round-robin': 'ROUND_ROBIN',
  'least-request': 'LEAST_REQUEST',
  p2c: 'LEAST_REQUEST',
} as const;

/** What the proxy of software written elsewhere holds towards each service that it calls. */
function destinationRules(model: Model, workload: Workload): CustomObject[] {
  const { name, service } = workload;
  if (appliesPolicies(service) === 'runtime') return [];
  return edgesFrom(model, service)
    .filter(({ to }) => to.id !== service.id)
    .flatMap(({ to }) => {
      const trafficPolicy = trafficPolicyOf(model, service, to);
      if (Object.keys(trafficPolicy).length === 0) return [];
      return [
        customObject(
          'DestinationRule',
          { name: `${name}-to-${objectName(to.name)}`, labels: labels(workload) },
          {
            host: objectName(to.name),
            workloadSelector: { matchLabels: selectorLabels(workload) },
            trafficPolicy,
          },
        ),
      ];
    });
}

/** Of several operations the strictest: a proxy counts for the whole destination. */
function trafficPolicyOf(model: Model, from: Service, to: Service): CustomSpec {
  const policies = to.operations.map((operation) => policyOf(model, from, operation));
  const bulkheads = policies.flatMap(({ bulkhead }) => bulkhead?.value ?? []);
  const budgets = policies.flatMap(({ retry }) => retry?.value.budget ?? []);
  const [balance] = policies.flatMap(({ balance }) => balance?.value.by ?? []);
  return {
    ...(bulkheads.length === 0
      ? {}
      : {
          connectionPool: {
            http: {
              http2MaxRequests: Math.min(...bulkheads.map(({ concurrent }) => concurrent)),
              // Zero would stand for no limit.
              http1MaxPendingRequests: Math.max(1, Math.min(...bulkheads.map(({ queue }) => queue))),
            },
          },
        }),
    ...(balance === undefined || balance === 'consistent-hash' ? {} : { loadBalancer: { simple: balancers[balance] } }),
    ...(budgets.length === 0 ? {} : { retryBudget: { percent: Math.min(...budgets), minRetryConcurrency: 3 } }),
  };
}
