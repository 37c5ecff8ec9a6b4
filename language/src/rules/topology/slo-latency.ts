import { callGraph } from '../../model/call-graph.ts';
import type { Model } from '../../model/model.ts';
import { promisedLatency } from '../../model/promised-latency.ts';
import { edgePlace } from '../edges.ts';
import { percentileText } from '../explain/part-text.ts';
import { durationText, labelOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { sumText } from './sum-text.ts';

export function sloLatency(model: Model, report: Report<'slo-latency'>): void {
  const { nodes } = callGraph(model);
  for (const service of model.services) {
    const promise = service.slo?.latency;
    if (!promise) continue;
    const percentile = percentileText(promise.percentile);
    for (const operation of service.operations) {
      const node = nodes.get(operation.id);
      if (node?.declaration !== operation) continue;
      const { ms, steps } = promisedLatency(model, node, promise.percentile);
      if (!(ms > promise.ms)) continue;
      const terms = steps.map((step) => `${labelOf(step.edge.to.declaration)} ${durationText(step.ms)}`);
      report({
        at: operation.at,
        values: {
          service: service.name,
          operation: labelOf(operation),
          percentile,
          promise: durationText(promise.ms),
          sum: durationText(ms),
          steps: sumText(terms),
          over: durationText(ms - promise.ms),
        },
        related: [
          { message: `\`${service.name}\` promises ${percentile} ${durationText(promise.ms)}`, at: promise.at },
          ...steps.map((step, i) => ({ message: `${terms[i]}`, at: edgePlace(step.edge.item) })),
        ],
        allowedAt: [promise.at],
      });
    }
  }
}
