import type { CallEdge } from '../../model/call-graph.ts';
import type { Model } from '../../model/model.ts';
import { type WorstNode, worstOfCall, worstOfNode } from '../../model/worst-case.ts';
import type { Related } from '../diagnostic.ts';
import { type EdgeWith, edgePlace, edgesWith } from '../edges.ts';
import { durationText, labelOf } from '../naming.ts';
import { byCause } from '../policies/by-cause.ts';
import type { Report } from '../rule.ts';
import { sumText } from './sum-text.ts';

/**
 * Calls with the same timeout, from the same line, of the same operation have one cause. What has no bound is none of
 * ours: `missing-timeout` reports the call that may take for ever.
 */
export function deadlineInversion(model: Model, report: Report<'deadline-inversion'>): void {
  const inverted = edgesWith(model, 'timeout').filter(({ to, policy }) => {
    const { ms } = worstOfNode(model, to);
    return ms > policy.timeout.value.ms && ms !== Number.POSITIVE_INFINITY;
  });
  for (const { edges, at, labels, parts, alike, allowedAt } of byCause(model, inverted, ['timeout'], report, callee)) {
    const [{ to, policy }] = edges;
    const worst = worstOfNode(model, to);
    report({
      at,
      values: {
        ...labels,
        timeout: durationText(policy.timeout.value.ms),
        worst: durationText(worst.ms),
        over: durationText(worst.ms - policy.timeout.value.ms),
        sum: sumText(worst.steps.map(stepText)),
        isCut: worst.cutAt !== undefined,
      },
      related: [...parts, ...stepsOf(worst), ...alike],
      allowedAt,
    });
  }
}

const callee = ({ to }: EdgeWith<'timeout'>): string => to.id;

interface Step {
  readonly edge: CallEdge;
  readonly ms: number;
}

const stepsOf = ({ steps }: WorstNode): Related[] =>
  steps.map((step) => ({
    message: `\`${labelOf(step.edge.to.declaration)}\` may take ${timeText(step)}`,
    at: edgePlace(step.edge.item),
  }));

const stepText = (step: Step): string => `${labelOf(step.edge.to.declaration)} ${timeText(step)}`;

/** `2 × (3 × 1s + 75ms)`: two calls, each of three attempts and the backoff between them. */
function timeText({ edge, ms }: Step): string {
  const { attempts, timeout, backoff, cutAt, ms: once } = worstOfCall(edge);
  if (ms === Number.POSITIVE_INFINITY) return 'for ever';
  const isSum = timeout !== undefined && cutAt === undefined && attempts > 1;
  const text = isSum ? `${attempts} × ${durationText(timeout)} + ${durationText(backoff)}` : durationText(once);
  if (edge.item.times === 1) return text;
  return `${edge.item.times} × ${isSum ? `(${text})` : text}`;
}
