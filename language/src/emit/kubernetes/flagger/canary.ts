import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { Gateway, Model } from '../../../model/model.ts';
import { type CustomObject, type CustomSpec, customObject } from '../custom-object.ts';
import { durationText } from '../durations.ts';
import { openedBy, openingsOf } from '../gateway-api/opened.ts';
import { matchOf, timeoutOf } from '../gateway-api/routes.ts';
import { queryOf } from '../keda/triggers.ts';
import { flaggerLabel, labels } from '../labels.ts';
import { objectName } from '../names.ts';
import { gatewaysOf } from '../peers.ts';
import { abortsOf, defaultSteps, everyOf, type Rollout } from '../rollout-metrics.ts';
import type { Workload } from '../workload.ts';

/** A Deployment whose pods Flagger can tell from those of the copy that it makes. */
export function forFlagger({ name }: Workload, deployment: IDeployment): IDeployment {
  const { spec } = deployment;
  if (!spec) return deployment;
  const told = { [flaggerLabel]: name };
  const { metadata } = spec.template;
  return {
    ...deployment,
    spec: {
      ...spec,
      selector: { matchLabels: { ...spec.selector.matchLabels, ...told } },
      template: { ...spec.template, metadata: { ...metadata, labels: { ...metadata?.labels, ...told } } },
    },
  };
}

/** How Flagger brings in a new version: the Deployment is the new one, and a copy, `…-primary`, serves until it is good. */
export function canaryOf(model: Model, workload: Workload): CustomObject[] {
  const { name, rollout: chosen, service } = workload;
  const rollout = service.deploy?.rollout;
  if (!rollout || !chosen) return [];
  return [
    customObject(
      'Canary',
      { name, labels: labels(workload) },
      {
        provider: providerOf(workload),
        metricsServer: workload.choices.prometheus,
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        ...autoscalerRef(workload),
        progressDeadlineSeconds: 600,
        service: serviceOf(model, workload),
        analysis: analysisOf(workload, rollout),
      },
    ),
  ];
}

function providerOf({ rollout }: Workload): string {
  if (rollout?.split?.mesh === 'istio') return 'istio';
  return rollout?.split ? 'gatewayapi:v1' : 'kubernetes';
}

/** Flagger scales its copy as the Deployment is scaled; what KEDA asks of one it has to ask of the other. */
function autoscalerRef({ autoscale, name }: Workload): CustomSpec {
  switch (autoscale?.by) {
    case 'hpa':
      return { autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name } };
    case 'keda': {
      const queries = autoscale.triggers.flatMap((trigger, i) => {
        const query = queryOf(trigger, `${name}-primary`);
        return query === undefined ? [] : [[`${trigger.spec.type}-${i + 1}`, query] as const];
      });
      const asked = queries.length === 0 ? {} : { primaryScalerQueries: Object.fromEntries(queries) };
      return { autoscalerRef: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name, ...asked } };
    }
    case undefined:
      return {};
  }
}

const protocols = { http: 'http', grpc: 'kubernetes.io/h2c' } as const;

/** The port that callers take most, by its name; Flagger finds the others. */
function serviceOf(model: Model, workload: Workload): CustomSpec {
  const { name, ports, rollout } = workload;
  const portName = ports.http === undefined ? 'grpc' : 'http';
  const labelled = { labels: { ...labels(workload), 'app.kubernetes.io/component': 'service' } };
  return {
    name,
    port: ports[portName],
    portName,
    targetPort: portName,
    appProtocol: protocols[portName],
    portDiscovery: true,
    apex: labelled,
    ...(rollout?.split?.mesh === 'istio' ? { retries: { attempts: 0 } } : {}),
    ...(rollout?.split?.mesh === 'linkerd'
      ? { gatewayRefs: [{ group: 'core', kind: 'Service', name, port: ports[portName] }] }
      : {}),
    ...(rollout?.split?.gateway && rollout.split.mesh === undefined ? throughGateway(model, workload) : {}),
  };
}

/** What the routes of the service would say: Flagger writes them itself. */
function throughGateway(model: Model, { service }: Workload): CustomSpec {
  const gateways = gatewaysOf(model, service);
  const opened = gateways.flatMap((gateway) =>
    openingsOf(model, gateway, service).map((opening) => ({ opening, timeout: timeoutOf(model, gateway, opening) })),
  );
  const paths = gateways.flatMap((gateway) => openedBy(model, gateway).paths);
  const timeouts = new Set(opened.map((one) => one.timeout));
  const [timeout = ''] = timeouts;
  return {
    gatewayRefs: gateways.map(refOf),
    hosts: gateways.flatMap(({ hosts }) => hosts.map(({ value }) => value)),
    match: opened.map(({ opening }) => {
      const { path, method } = matchOf(opening, paths);
      return { uri: { [kinds[path.type]]: path.value }, method: { exact: method } };
    }),
    // There is one rule for all: it waits no longer than each may take where that is the same for all.
    ...(timeouts.size === 1 && timeout !== '' ? { timeout } : {}),
  };
}

const kinds = { Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'regex' } as const;

const refOf = ({ name }: Gateway) => ({
  group: 'gateway.networking.k8s.io',
  kind: 'Gateway',
  name: objectName(name),
});

/** The Deployment's own pods, while they are the new version. */
const newPods = (name: string): string => `namespace="{{ namespace }}",${flaggerLabel}="${name}"`;

/** One look at the end of each step, which a version fails or passes. */
function analysisOf({ name, service, rollout: chosen }: Workload, rollout: Rollout): CustomSpec {
  const steps = rollout.steps.length === 0 ? defaultSteps : rollout.steps;
  const aborts = abortsOf(service, rollout, newPods(name));
  return {
    interval: durationText(everyOf(rollout)),
    threshold: 1,
    ...(chosen?.kind === 'canary' ? { stepWeights: steps } : { iterations: 1 }),
    ...(aborts.length === 0
      ? {}
      : {
          metrics: aborts.map(({ name, query, most }) => ({
            name: name === 'errors' ? 'share-of-errors' : 'latency-of-requests',
            interval: '1m',
            thresholdRange: { max: most },
            query,
          })),
        }),
  };
}
