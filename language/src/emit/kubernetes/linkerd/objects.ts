import type { Model } from '../../../model/model.ts';
import { byText } from '../../order.ts';
import { type CustomObject, type CustomSpec, customObject } from '../custom-object.ts';
import { durationText } from '../durations.ts';
import { labels, selectorLabels } from '../labels.ts';
import { type MeshPolicy, type MeshRule, meshEdgesTo } from '../mesh/edge-policy.ts';
import { objectName } from '../names.ts';
import { edgesTo, gatewaysOf } from '../peers.ts';
import { canaryName } from '../rollout.ts';
import type { Workload } from '../workload.ts';

type Port = 'http' | 'grpc';

const protocols: Readonly<Record<Port, string>> = { http: 'HTTP/1', grpc: 'gRPC' };

/** What Linkerd is told of a service: who may call it at which port, and how it is called. */
export function linkerdObjectsOf(model: Model, workload: Workload): CustomObject[] {
  if (workload.choices.mesh !== 'linkerd') return [];
  const open = (['http', 'grpc'] as const).filter((port) => workload.ports[port] !== undefined);
  return [
    ...open.flatMap((port) => admission(model, workload, port)),
    ...open.flatMap((port) => routes(model, workload, port)),
  ];
}

/** A Server refuses whom no policy lets in. */
function admission(model: Model, workload: Workload, port: Port): CustomObject[] {
  const { name, service } = workload;
  const metadata = { name: `${name}-${port}`, labels: labels(workload) };
  const number = workload.ports[port] ?? 0;
  const callers = edgesTo(model, service)
    .filter(({ ports }) => ports.includes(number))
    .map(({ from }) => objectName(from.name))
    .sort(byText);
  const isRouted = gatewaysOf(model, service).length > 0 && (workload.ports.http ?? workload.ports.grpc) === number;
  const allow = (by: string, kind: string) =>
    customObject(
      'AuthorizationPolicy',
      { name: `${name}-${port}-${by}`, labels: labels(workload) },
      {
        targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: metadata.name },
        requiredAuthenticationRefs: [{ group: 'policy.linkerd.io', kind, name: `${name}-${port}-${by}` }],
      },
      'policy.linkerd.io/v1alpha1',
    );
  return [
    customObject('Server', metadata, {
      podSelector: { matchLabels: selectorLabels(workload) },
      port,
      proxyProtocol: protocols[port],
    }),
    ...(callers.length === 0
      ? []
      : [
          customObject(
            'MeshTLSAuthentication',
            { name: `${name}-${port}-callers`, labels: labels(workload) },
            { identityRefs: callers.map((caller) => ({ kind: 'ServiceAccount', name: caller })) },
          ),
          allow('callers', 'MeshTLSAuthentication'),
        ]),
    // A gateway's pods need not be in the mesh: its NetworkPolicy lets no others from outside in.
    ...(isRouted
      ? [
          customObject(
            'NetworkAuthentication',
            { name: `${name}-${port}-gateways`, labels: labels(workload) },
            { networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] },
          ),
          allow('gateways', 'NetworkAuthentication'),
        ]
      : []),
  ];
}

/** One route for each policy, and one for all else, which Linkerd would refuse; none where there is nothing to say. */
function routes(model: Model, workload: Workload, port: Port): CustomObject[] {
  const [edge] = meshEdgesTo(model, workload.service);
  const rules = (edge?.rules ?? []).filter(({ matches }) => matches.some((match) => match.port === port));
  const split = workload.rollout?.by === 'argo' && workload.rollout.split?.mesh === 'linkerd';
  if (rules.length === 0 && !split) return [];
  const ruled = rules.map((rule, i) =>
    route(workload, port, `rule-${i + 1}`, matchesOf(rule, port), annotationsOf(rule.policy, port)),
  );
  return [...ruled, route(workload, port, 'rest', undefined, undefined)];
}

function route(
  workload: Workload,
  port: Port,
  what: string,
  matches: readonly CustomSpec[] | undefined,
  annotations: Record<string, string> | undefined,
): CustomObject {
  const { name, rollout } = workload;
  const number = workload.ports[port];
  const stable = { name, port: number };
  const backends =
    rollout?.by === 'argo' && rollout.split?.mesh === 'linkerd'
      ? [
          { ...stable, weight: 100 },
          { ...stable, name: canaryName(name), weight: 0 },
        ]
      : [stable];
  return customObject(
    port === 'grpc' ? 'GRPCRoute' : 'HTTPRoute',
    { name: `${name}-${port}-${what}`, labels: labels(workload), ...(annotations ? { annotations } : {}) },
    {
      parentRefs: [{ group: '', kind: 'Service', name, port: number }],
      rules: [{ ...(matches ? { matches } : {}), backendRefs: backends }],
    },
  );
}

function matchesOf({ matches }: MeshRule, port: Port): CustomSpec[] {
  return matches
    .filter((match) => match.port === port)
    .map(({ method, path }) => {
      if (port === 'http') {
        return 'exact' in path
          ? { path: { type: 'Exact', value: path.exact }, method }
          : { path: { type: 'RegularExpression', value: path.regex }, method };
      }
      const [, service, name] = ('exact' in path ? path.exact : path.regex).split('/');
      return { method: { type: 'Exact', service, method: name } };
    });
}

/** https://linkerd.io/2/reference/retries/ and https://linkerd.io/2/reference/timeouts/ */
function annotationsOf({ timeout, retry }: MeshPolicy, port: Port): Record<string, string> {
  const on = [...new Set((retry?.on ?? []).flatMap((cause) => causes[port][cause]))];
  return {
    ...(timeout === undefined ? {} : { 'timeout.linkerd.io/request': durationText(timeout) }),
    ...(retry && on.length > 0
      ? {
          [`retry.linkerd.io/${port}`]: on.join(','),
          'retry.linkerd.io/limit': `${retry.more}`,
          ...(retry.each === undefined ? {} : { 'retry.linkerd.io/timeout': durationText(retry.each) }),
        }
      : {}),
  };
}

/** A call that never arrived looks to Linkerd like one that was answered as unavailable; its own timeouts are tried again anyway. */
const causes = {
  http: {
    connect: [],
    unavailable: ['503'],
    timeout: ['504'],
    throttled: ['429'],
    '502': ['502'],
    '503': ['503'],
    '504': ['504'],
    internal: ['500'],
  },
  grpc: {
    connect: [],
    unavailable: ['unavailable'],
    timeout: ['deadline-exceeded'],
    throttled: ['resource-exhausted'],
    '502': ['unavailable'],
    '503': ['unavailable'],
    '504': ['unavailable'],
    internal: ['internal'],
  },
} as const;
