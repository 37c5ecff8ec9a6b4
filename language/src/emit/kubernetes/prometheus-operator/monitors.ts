import { type CustomObject, customObject } from '../custom-object.ts';
import { flaggerLabel, labels, selectorLabels } from '../labels.ts';
import type { Workload } from '../workload.ts';

/**
 * Where Prometheus finds the metrics of a service: through its Service, or at its pods where Flagger makes several
 * Services of it. What is written elsewhere may have metrics or none, and is asked for none.
 */
export function monitorOf(workload: Workload): CustomObject[] {
  const { choices, name, ours, ports } = workload;
  if (choices.monitoring === undefined || !ours) return [];
  const metadata = { name, labels: labels(workload) };
  const endpoint = {
    port: ports.metrics === undefined ? 'http' : 'metrics',
    path: '/metrics',
    interval: '30s',
    scrapeTimeout: '10s',
    // A scraper would put the Service's name in place of the label `service` that the runtime gives each metric.
    honorLabels: true,
  };
  const pods = selectorLabels(workload);
  const podTargetLabels = versionLabels(workload);
  if (workload.rollout?.by === 'flagger') {
    return [
      customObject('PodMonitor', metadata, {
        ...podTargetLabels,
        selector: { matchLabels: pods },
        podMetricsEndpoints: [endpoint],
      }),
    ];
  }
  const selector = { matchLabels: { ...pods, 'app.kubernetes.io/component': 'service' } };
  return [customObject('ServiceMonitor', metadata, { ...podTargetLabels, selector, endpoints: [endpoint] })];
}

/** The label of pods that tells the versions of a rollout apart, for its analysis. */
function versionLabels({ rollout }: Workload): { readonly podTargetLabels?: readonly string[] } {
  switch (rollout?.by) {
    case 'argo':
      return { podTargetLabels: ['rollouts-pod-template-hash'] };
    case 'flagger':
      return { podTargetLabels: [flaggerLabel] };
    case undefined:
      return {};
  }
}
