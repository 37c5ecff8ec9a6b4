import type { CallEdge } from '../../model/call-graph.ts';
import { contextOf } from '../../model/context-of.ts';
import type { Model } from '../../model/model.ts';
import { attemptsOf } from '../../model/worst-case.ts';
import { edgesWith } from '../edges.ts';
import { lastOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { byCause } from './by-cause.ts';

export function retryWithoutBreaker(model: Model, report: Report<'retry-without-breaker'>): void {
  const isExternal = new Set(model.externals.map(({ id }) => id));
  const contexts = contextOf(model);
  const outside = ({ from, to }: CallEdge): string | undefined => {
    const owner = to.declaration.service;
    if (isExternal.has(owner)) return `\`${lastOf(owner)}\` is run by others`;
    const [own, other] = [contexts.get(from.declaration.service), contexts.get(owner)];
    return own && other && own !== other ? `\`${lastOf(owner)}\` is of another context, \`${other.name}\`` : undefined;
  };
  const bare = edgesWith(model, 'retry').filter(
    (edge) => attemptsOf(edge) > 1 && !edge.policy.breaker && outside(edge) !== undefined,
  );
  for (const { edges, at, labels, parts, alike, allowedAt } of byCause(model, bare, ['retry'], report)) {
    const [first] = edges;
    report({
      at,
      values: { ...labels, attempts: attemptsOf(first), outside: outside(first) ?? '' },
      related: [...parts, ...alike],
      allowedAt,
    });
  }
}
