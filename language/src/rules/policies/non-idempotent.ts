import type { CallEdge } from '../../model/call-graph.ts';
import type { Fix, Model } from '../../model/model.ts';
import type { Related } from '../diagnostic.ts';
import { edgesWith } from '../edges.ts';
import { partText } from '../explain/part-text.ts';
import { labelOf } from '../naming.ts';
import { addReads } from '../reads-fixes.ts';
import type { Report } from '../rule.ts';
import { byCause } from './by-cause.ts';
import { callsText, writeForCalls } from './write-part.ts';

export function retryNonIdempotent(model: Model, report: Report<'retry-non-idempotent'>): void {
  const risky = edgesWith(model, 'retry').filter(({ to, policy: { retry } }) => {
    return isWrite(to) && retry.value.attempts > 1 && retry.value.on.some((cause) => cause !== 'connect');
  });
  for (const { edges, at, labels, parts, alike, allowedAt } of byCause(model, risky, ['retry'], report, callee)) {
    const { attempts, on } = edges[0].policy.retry.value;
    report({
      at,
      values: { ...labels, attempts, on: on.filter((cause) => cause !== 'connect') },
      related: [...parts, theWrite(edges[0]), ...alike],
      fixes: [
        ...writeForCalls(edges, 'retry', 'retry none', `Do not retry ${callsText(edges)}`),
        ...forgottenReads(model, edges[0]),
      ],
      allowedAt,
    });
  }
}

export function hedgeNonIdempotent(model: Model, report: Report<'hedge-non-idempotent'>): void {
  const risky = edgesWith(model, 'hedge').filter(({ to }) => isWrite(to));
  for (const { edges, at, labels, parts, alike, allowedAt } of byCause(model, risky, ['hedge'], report, callee)) {
    const hedge = edges[0].policy.hedge.value;
    report({
      at,
      values: { ...labels, times: 1 + hedge.extra, hedge: partText('hedge', hedge) },
      related: [...parts, theWrite(edges[0]), ...alike],
      fixes: [
        ...writeForCalls(edges, 'hedge', 'hedge none', `Do not hedge ${callsText(edges)}`),
        ...forgottenReads(model, edges[0]),
      ],
      allowedAt,
    });
  }
}

const isWrite = (to: CallEdge['to']): boolean => to.kind === 'operation' && to.declaration.effect === 'write';

const forgottenReads = (model: Model, { to }: CallEdge): Fix[] =>
  to.kind === 'operation' ? addReads(model, to.declaration) : [];

/** The same policy is another matter for another write: what may be made idempotent is each for itself. */
const callee = ({ to }: CallEdge): string => to.id;

const theWrite = ({ to }: CallEdge): Related => ({
  message: `\`${labelOf(to.declaration)}\` is neither \`reads\` nor \`idempotent\``,
  at: to.declaration.at,
});
