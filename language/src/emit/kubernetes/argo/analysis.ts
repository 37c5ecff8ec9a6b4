import { type CustomObject, customObject } from '../custom-object.ts';
import { durationText } from '../durations.ts';
import { labels } from '../labels.ts';
import { abortsOf, everyOf, measureEvery, type Rollout } from '../rollout-metrics.ts';
import type { Workload } from '../workload.ts';

/** The pods of the version that comes in: the monitor gives each metric the hash of its pod's template. */
const newPods = 'namespace="{{args.namespace}}",rollouts_pod_template_hash="{{args.hash}}"';

/** What `abort` says: measured from the first step of a canary to its end, after the switch for as long as a step lasts. */
export function analysisOf(workload: Workload, rollout: Rollout): CustomObject[] {
  const { choices, name, service } = workload;
  const aborts = abortsOf(service, rollout, newPods);
  if (aborts.length === 0) return [];
  const interval = durationText(measureEvery);
  const count = Math.max(1, Math.ceil(everyOf(rollout) / measureEvery));
  return [
    customObject(
      'AnalysisTemplate',
      { name, labels: labels(workload) },
      {
        args: [{ name: 'hash' }, { name: 'namespace' }],
        metrics: aborts.map(({ name, query, most }) => ({
          name,
          initialDelay: interval,
          interval,
          ...(workload.rollout?.kind === 'canary' ? {} : { count }),
          failureLimit: 0,
          // Prometheus may be away for a while.
          consecutiveErrorLimit: 4,
          successCondition: `result[0] <= ${most}`,
          provider: { prometheus: { address: choices.prometheus, query } },
        })),
      },
    ),
  ];
}
