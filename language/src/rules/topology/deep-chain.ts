import { pathsAbove, type Weighing } from '../../model/heaviest-path.ts';
import type { Model, Place } from '../../model/model.ts';
import { edgePlace, usesOf } from '../edges.ts';
import { labelOf, lastOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { furtherHops, hopsNamed, oneOf } from './path-text.ts';

const byHops: Weighing = { nothing: 0, weightOf: () => 1, join: (one, other) => one + other };

/**
 * The longest path into whatever calls nothing further: it begins where nobody calls, or nobody but the loop that it is
 * part of. Several that end in the same call, or begin with the same, are one finding.
 */
export function deepChain(model: Model, report: Report<'deep-chain'>, { max }: { readonly max: number }): void {
  const paths = pathsAbove(model, byHops, {
    above: max,
    most: hopsNamed,
    passes: (first) => report.silences({ at: edgePlace(first.item), allowedAt: usesOf(model, first) }),
  });
  for (const path of paths) {
    const [first, ...further] = path.hops;
    if (!first) continue;
    const allowedAt: Place[] = usesOf(model, first);
    const services = [first.from, first.to, ...further.map(({ to }) => to)].map(({ declaration }) =>
      lastOf(declaration.service),
    );
    report({
      at: edgePlace(first.item),
      values: {
        one: oneOf(first),
        hops: path.weight,
        path: [...services.slice(0, 2), ...(path.omitted === 0 ? [] : ['…']), ...services.slice(2)].join(' → '),
        max,
        others: path.others,
      },
      related: furtherHops(
        path,
        ({ from, to }) => `\`${labelOf(from.declaration)}\` calls \`${labelOf(to.declaration)}\``,
      ),
      allowedAt,
    });
  }
}
