import type { Fix, Model } from '../../model/model.ts';
import { attemptsOf } from '../../model/worst-case.ts';
import { type EdgeWith, edgesWith } from '../edges.ts';
import { lastOf } from '../naming.ts';
import type { Report, ThresholdsOf } from '../rule.ts';
import { byCause } from './by-cause.ts';

export function retryWithoutBudget(
  model: Model,
  report: Report<'retry-without-budget'>,
  { callers: enough }: ThresholdsOf<'retry-without-budget'>,
): void {
  const retried = edgesWith(model, 'retry').filter((edge) => attemptsOf(edge) > 1);
  const callers = callersOf(retried);
  const calledBy = ({ to }: EdgeWith<'retry'>): readonly string[] => [...(callers.get(to.declaration.service) ?? [])];
  const open = retried.filter(
    (edge) => edge.policy.retry.value.budget === undefined && calledBy(edge).length >= enough,
  );
  for (const { edges, at, labels, parts, alike, allowedAt } of byCause(model, open, ['retry'], report)) {
    const [first] = edges;
    report({
      at,
      values: { ...labels, service: lastOf(first.to.declaration.service), callers: calledBy(first).map(lastOf).sort() },
      related: [...parts, ...alike],
      fixes: addBudget(first),
      allowedAt,
    });
  }
}

/** By the full name of a service, the services that retry into it. */
function callersOf(edges: readonly EdgeWith<'retry'>[]): ReadonlyMap<string, ReadonlySet<string>> {
  const callers = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const known = callers.get(to.declaration.service);
    if (known) known.add(from.declaration.service);
    else callers.set(to.declaration.service, new Set([from.declaration.service]));
  }
  return callers;
}

/** What the runtime does anyway, written down where the retry is: it changes nothing for anybody. */
function addBudget({ policy }: EdgeWith<'retry'>): Fix[] {
  const { file, start, end } = policy.retry.from.at;
  const brace = { line: end.line, column: end.column - 1 };
  const text = start.line === end.line ? ' budget 20% ' : `  budget 20%\n${' '.repeat(brace.column - 1)}`;
  return [{ title: 'Add `budget 20%`', edits: [{ at: { file, start: brace, end: brace }, text }] }];
}
