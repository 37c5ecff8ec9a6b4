import type { Origin } from '../../model/effective-policy.ts';
import type { Model, PartName, Place } from '../../model/model.ts';
import type { Related } from '../diagnostic.ts';
import { callText, type EdgeWith, edgePlace, edgesWith, labelsOf, originText, usesOf } from '../edges.ts';
import type { Report } from '../rule.ts';
import type { RuleName } from '../table.ts';

/** How many of the other edges a finding shows; its message gives their number. */
const shownOthers = 20;

/** Edges of which one thing is wrong for one reason, and what a finding at the first of them says of all. */
export interface SameCause<E> {
  readonly edges: readonly [E, ...E[]];
  readonly at: Place;
  readonly labels: { readonly from: string; readonly to: string; readonly others: number };
  /** Where the parts come from. */
  readonly parts: readonly Related[];
  /** The other edges. */
  readonly alike: readonly Related[];
  readonly allowedAt: readonly Place[];
}

/**
 * Puts together the edges that have these parts from the same lines: one policy is one cause. Edges at which an `@allow`
 * silences the rule are left out; it may also stand where a part comes from, or at the operation that is called.
 *
 * @param also what else has to be the same
 */
export function byCause<N extends PartName, E extends EdgeWith<N>>(
  model: Model,
  edges: readonly E[],
  parts: readonly N[],
  report: Pick<Report<RuleName>, 'silences'>,
  also: (edge: E) => string = () => '',
): SameCause<E>[] {
  const causes = new Map<string, [E, ...E[]]>();
  for (const edge of edges) {
    if (report.silences({ at: edgePlace(edge.item), allowedAt: allowedAt(model, edge, parts) })) continue;
    const cause = [...parts.map((part) => lineOf(edge, part)), also(edge)].join(' ');
    const same = causes.get(cause);
    if (same) same.push(edge);
    else causes.set(cause, [edge]);
  }
  return [...causes.values()].map((same) => {
    const [first, ...others] = same;
    return {
      edges: same,
      at: edgePlace(first.item),
      labels: { ...labelsOf(first), others: others.length },
      parts: parts.map((part) => {
        const from = originOf(first, part);
        return { message: `\`${part}\` is given ${originText(from)}`, at: from.at };
      }),
      alike: others.slice(0, shownOthers).map((edge) => ({
        message: `${callText(edge)} in the same way`,
        at: edgePlace(edge.item),
      })),
      allowedAt: allowedAt(model, first, parts),
    };
  });
}

/** Do only these edges have the part from where they have it? Then it can be mended there. */
export function haveAlone<N extends PartName>(
  model: Model,
  [first, ...others]: SameCause<EdgeWith<N>>['edges'],
  part: N,
): boolean {
  const line = lineOf(first, part);
  return edgesWith(model, part).filter((edge) => lineOf(edge, part) === line).length === 1 + others.length;
}

function allowedAt<N extends PartName>(model: Model, edge: EdgeWith<N>, parts: readonly N[]): Place[] {
  return [...usesOf(model, edge), edge.to.declaration.at, ...parts.map((part) => originOf(edge, part).at)];
}

const originOf = <N extends PartName>({ policy }: EdgeWith<N>, part: N): Origin =>
  (policy[part] as { readonly from: Origin }).from;

function lineOf<N extends PartName>(edge: EdgeWith<N>, part: N): string {
  const { file, start } = originOf(edge, part).at;
  return `${file}:${start.line}:${start.column}`;
}
