import { serverPolicy } from '../../model/effective-policy.ts';
import type { CallItem, Fix, Model, Place } from '../../model/model.ts';
import { before, behind } from '../../model/place.ts';
import { edgesOf, type LabelledEdge, originText } from '../edges.ts';
import { durationText } from '../naming.ts';
import type { Checks, Report } from '../rule.ts';
import { noEffect } from './no-effect.ts';

export const policies = {
  'no-effect': noEffect,
  'missing-timeout': missingTimeout,
  'timeout-over-deadline': timeoutOverDeadline,
  'retry-non-idempotent': retryNonIdempotent,
} satisfies Partial<Checks>;

function missingTimeout(model: Model, report: Report<'missing-timeout'>): void {
  for (const { from, policy, at, labels, allowedAt } of edgesOf(model)) {
    if (policy.timeout || policy.deadline) continue;
    const own = from.kind === 'operation' ? serverPolicy(model, from.declaration).deadline?.value.ms : undefined;
    report({
      at,
      values: { ...labels, own: own === undefined ? undefined : durationText(own) },
      allowedAt,
    });
  }
}

function timeoutOverDeadline(model: Model, report: Report<'timeout-over-deadline'>): void {
  for (const [first, ...others] of byCause(edgesOf(model).filter(isTimeoutOver))) {
    const { timeout, deadline } = first.policy;
    report({
      at: first.at,
      values: {
        ...first.labels,
        timeout: durationText(timeout.value.ms),
        deadline: durationText(deadline.value.ms),
        over: durationText(timeout.value.ms - deadline.value.ms),
        others: others.length,
      },
      related: [
        { message: `\`timeout\` is given ${originText(timeout.from)}`, at: timeout.from.at },
        { message: `\`deadline\` is given ${originText(deadline.from)}`, at: deadline.from.at },
        ...others.map(({ at, labels }) => ({
          message: `\`${labels.from}\` calls \`${labels.to}\` in the same way`,
          at,
        })),
      ],
      allowedAt: first.allowedAt,
    });
  }
}

type Timed = LabelledEdge & {
  readonly policy: Required<Pick<LabelledEdge['policy'], 'timeout' | 'deadline'>>;
};

const isTimeoutOver = (edge: LabelledEdge): edge is Timed =>
  edge.policy.timeout !== undefined &&
  edge.policy.deadline !== undefined &&
  edge.policy.timeout.value.ms > edge.policy.deadline.value.ms;

/** Edges that have both parts from the same two lines share one cause, and have one finding. */
function byCause(edges: readonly Timed[]): [Timed, ...Timed[]][] {
  const causes = new Map<string, [Timed, ...Timed[]]>();
  const key = ({ file, start }: Place): string => `${file}:${start.line}:${start.column}`;
  for (const edge of edges) {
    const cause = `${key(edge.policy.timeout.from.at)} ${key(edge.policy.deadline.from.at)}`;
    const same = causes.get(cause);
    if (same) same.push(edge);
    else causes.set(cause, [edge]);
  }
  return [...causes.values()];
}

function retryNonIdempotent(model: Model, report: Report<'retry-non-idempotent'>): void {
  for (const { to, policy, item, at, labels, allowedAt } of edgesOf(model)) {
    const retry = policy.retry;
    if (to.kind !== 'operation' || to.declaration.effect !== 'write' || !retry || retry.value.attempts <= 1) continue;
    const risky = retry.value.on.filter((cause) => cause !== 'connect');
    if (risky.length === 0) continue;
    report({
      at,
      values: { ...labels, attempts: retry.value.attempts, on: risky },
      related: [
        { message: `the retry is given ${originText(retry.from)}`, at: retry.from.at },
        { message: `\`${labels.to}\` is neither \`reads\` nor \`idempotent\``, at: to.declaration.at },
      ],
      fixes: withoutRetry(item),
      allowedAt,
    });
  }
}

/** `retry none` written for one call, wherever its own parts stand. */
function withoutRetry(item: CallItem): Fix[] {
  const title = 'Do not retry this call';
  // `* 3` and `?` stand between the name and `with`, and have no place of their own.
  if (!item.with && (item.times !== 1 || item.optional)) return [];
  if (!item.with) return [{ title, edits: [{ at: behind(item.at), text: ' with { retry none }' }] }];
  const { parts, policy } = item.with;
  if (parts.retry) return [{ title, edits: [{ at: parts.retry.at, text: 'retry none' }] }];
  const [other] = Object.values(parts);
  if (other) return [{ title, edits: [{ at: before(other.at), text: 'retry none  ' }] }];
  return policy ? [{ title, edits: [{ at: behind(policy.at), text: ' { retry none }' }] }] : [];
}
