import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { Model } from '../../../model/model.ts';
import { type CustomObject, type CustomSpec, customObject } from '../custom-object.ts';
import { durationText } from '../durations.ts';
import { virtualRoutes } from '../istio/objects.ts';
import { argoRole, labels, selectorLabels } from '../labels.ts';
import { canaryName, previewName } from '../rollout.ts';
import { defaultSteps, everyOf, type Rollout } from '../rollout-metrics.ts';
import type { Workload } from '../workload.ts';
import { analysisOf } from './analysis.ts';

/** The plugin of Argo Rollouts that moves the weights of routes of the Gateway API. */
const gatewayPlugin = 'argoproj-labs/gatewayAPI';

/** A Deployment that says what to run and runs nothing: its Rollout does. So whoever checks Deployments still reads the pods. */
export function forArgo(deployment: IDeployment): IDeployment {
  if (!deployment.spec) return deployment;
  const { replicas: _, ...spec } = deployment.spec;
  return { ...deployment, spec: { replicas: 0, ...spec } };
}

/** The Rollout that runs what a Deployment says, and brings in new versions of it; beside it what it measures them by. */
export function rolloutObjectsOf(model: Model, workload: Workload): CustomObject[] {
  const { autoscale, name, replicas } = workload;
  const rollout = workload.service.deploy?.rollout;
  if (!rollout) return [];
  const strategy =
    workload.rollout?.kind === 'canary'
      ? { canary: canary(model, workload, rollout) }
      : { blueGreen: blueGreen(workload, rollout) };
  return [
    ...analysisOf(workload, rollout),
    customObject(
      'Rollout',
      { name, labels: labels(workload) },
      {
        ...(autoscale ? {} : { replicas: replicas.min }),
        revisionHistoryLimit: 5,
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        // A version that does not get ready is as bad as one that fails.
        progressDeadlineSeconds: 600,
        progressDeadlineAbort: true,
        strategy,
      },
    ),
  ];
}

function canary(model: Model, workload: Workload, rollout: Rollout): CustomSpec {
  const { name } = workload;
  const steps = rollout.steps.length === 0 ? defaultSteps : rollout.steps;
  const pause = { pause: { duration: durationText(everyOf(rollout)) } };
  const routing = trafficRouting(model, workload);
  return {
    maxUnavailable: 0,
    maxSurge: '25%',
    ...(routing
      ? {
          stableService: name,
          canaryService: canaryName(name),
          stableMetadata: { labels: argoRole },
          trafficRouting: routing,
        }
      : {}),
    ...(analysisOf(workload, rollout).length === 0 ? {} : { analysis: { startingStep: 1, ...measured(name) } }),
    steps: steps.flatMap((setWeight) => [{ setWeight }, pause]),
  };
}

function trafficRouting(model: Model, workload: Workload): CustomSpec | undefined {
  const { name, rollout } = workload;
  const selector = { matchLabels: selectorLabels(workload) };
  const routes = rollout?.split?.gateway === true || rollout?.split?.mesh === 'linkerd';
  const istio = rollout?.split?.mesh === 'istio';
  if (!routes && !istio) return undefined;
  return {
    ...(istio
      ? { istio: { virtualService: { name, routes: virtualRoutes(model, workload).map((route) => route.name) } } }
      : {}),
    ...(routes ? { plugins: { [gatewayPlugin]: { httpRouteSelector: selector, grpcRouteSelector: selector } } } : {}),
  };
}

/** All traffic at once, once the new version is there in full; back again when it fails with it. */
function blueGreen(workload: Workload, rollout: Rollout): CustomSpec {
  const { name } = workload;
  const watched = analysisOf(workload, rollout).length > 0;
  return {
    activeService: name,
    previewService: previewName(name),
    activeMetadata: { labels: argoRole },
    autoPromotionEnabled: true,
    // The old version stays until nobody wants it back.
    scaleDownDelaySeconds: Math.ceil(everyOf(rollout) / 1000) + 60,
    ...(watched ? { postPromotionAnalysis: measured(name) } : {}),
  };
}

const measured = (name: string): CustomSpec => ({
  templates: [{ templateName: name }],
  args: [
    { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
    { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
  ],
});
