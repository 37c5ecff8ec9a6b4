import { serverPolicy } from '../../model/effective-policy.ts';
import type { Fix, Model } from '../../model/model.ts';
import { worstOfNode } from '../../model/worst-case.ts';
import { type EdgeWith, edgePlace, edgesOf, edgesWith, labelsOf, usesOf } from '../edges.ts';
import { durationText } from '../naming.ts';
import type { Report } from '../rule.ts';
import { byCause, haveAlone } from './by-cause.ts';
import { allFit } from './retries-cannot-fit.ts';
import { callsText, writeForCalls } from './write-part.ts';

export function missingTimeout(model: Model, report: Report<'missing-timeout'>): void {
  for (const edge of edgesOf(model)) {
    const { from, policy, item } = edge;
    if (policy.timeout || policy.deadline) continue;
    const own = from.kind === 'operation' ? serverPolicy(model, from.declaration).deadline?.value.ms : undefined;
    report({
      at: edgePlace(item),
      values: { ...labelsOf(edge), own: own === undefined ? undefined : durationText(own) },
      allowedAt: usesOf(model, edge),
    });
  }
}

const parts = ['timeout', 'deadline'] as const;
type Timed = EdgeWith<(typeof parts)[number]>;

export function timeoutOverDeadline(model: Model, report: Report<'timeout-over-deadline'>): void {
  const over = edgesWith(model, ...parts).filter(({ policy }) => policy.timeout.value.ms > policy.deadline.value.ms);
  for (const cause of byCause(model, over, parts, report)) {
    const { timeout, deadline } = cause.edges[0].policy;
    report({
      at: cause.at,
      values: {
        ...cause.labels,
        timeout: durationText(timeout.value.ms),
        deadline: durationText(deadline.value.ms),
        over: durationText(timeout.value.ms - deadline.value.ms),
      },
      related: [...cause.parts, ...cause.alike],
      allowedAt: cause.allowedAt,
      fixes: lowerTimeout(model, cause.edges),
    });
  }
}

/** To the deadline, which ends each attempt anyway; not where retries or the callee would then have too little time. */
function lowerTimeout(model: Model, edges: readonly [Timed, ...Timed[]]): Fix[] {
  const { timeout, deadline } = edges[0].policy;
  const { ms } = deadline.value;
  const isEnough = edges.every(
    ({ policy, to }) => (!policy.retry || allFit(ms, ms, policy.retry.value)) && worstOfNode(model, to).ms <= ms,
  );
  if (!isEnough) return [];
  const text = `timeout ${durationText(ms)}`;
  const title = `Lower \`timeout\` to ${durationText(ms)}`;
  if (haveAlone(model, edges, 'timeout')) return [{ title, edits: [{ at: timeout.from.at, text }] }];
  return writeForCalls(edges, 'timeout', text, `${title} for ${callsText(edges)}`);
}
