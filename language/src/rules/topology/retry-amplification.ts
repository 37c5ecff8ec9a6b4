import { amplifications, callsOver } from '../../model/amplification.ts';
import type { CallEdge } from '../../model/call-graph.ts';
import type { HeavyPath, Search } from '../../model/heaviest-path.ts';
import type { Fix, Model, Place } from '../../model/model.ts';
import { attemptsOf } from '../../model/worst-case.ts';
import { edgePlace, usesOf } from '../edges.ts';
import { labelOf } from '../naming.ts';
import { writeForCalls } from '../policies/write-part.ts';
import type { Report } from '../rule.ts';
import { furtherHops, hopsNamed, hopText, oneOf, pathText } from './path-text.ts';

/** Whether a mend is enough takes another look at the whole graph: so many findings get one. */
const mended = 10;

/**
 * One finding for each first hop of paths that multiply too much, about the worst of them. Where many callers lead into
 * the same hot hops only the worst caller is told: it names the hops that they share.
 */
export function retryAmplification(
  model: Model,
  report: Report<'retry-amplification'>,
  { max }: { readonly max: number },
): void {
  const allowedAt = (first: CallEdge, last: CallEdge): Place[] => [...usesOf(model, first), last.to.declaration.at];
  const search: Search = {
    above: max,
    most: hopsNamed,
    passes: (first, last) => report.silences({ at: edgePlace(first.item), allowedAt: allowedAt(first, last) }),
  };
  const paths = amplifications(model, search);
  for (const [index, path] of paths.entries()) {
    const [first, last] = [path.hops[0], path.hops.at(-1)];
    if (!first || !last) continue;
    report({
      at: edgePlace(first.item),
      values: {
        one: oneOf(first),
        to: labelOf(last.to.declaration),
        calls: countText(path.weight),
        path: pathText(path, (hop) => `${hopText(hop)}${factorsText(hop)}`),
        max,
        retrying: path.hops.filter((hop) => attemptsOf(hop) > 1).length,
        others: path.others,
      },
      related: furtherHops(
        path,
        (hop) => `\`${labelOf(hop.from.declaration)}\` calls \`${labelOf(hop.to.declaration)}\`${factorsText(hop)}`,
      ),
      fixes: index < mended ? retryOnce(model, path, paths, search) : [],
      allowedAt: allowedAt(first, last),
    });
  }
}

/** ` ×3` for three attempts, ` ×3 ×2` for those of each of two calls; nothing where one call is one call. */
const factorsText = (hop: CallEdge): string =>
  [attemptsOf(hop), hop.item.times].map((factor) => (factor > 1 ? ` ×${factor}` : '')).join('');

const countText = (count: number): string =>
  Number.isSafeInteger(count) ? String(count) : `more than ${Number.MAX_SAFE_INTEGER}`;

/** `retry none` at all hops that retry but the first, where that is enough for this path and makes no other one the worst. */
function retryOnce(model: Model, path: HeavyPath, paths: readonly HeavyPath[], search: Search): Fix[] {
  const [, ...inner] = path.hops.filter((hop) => attemptsOf(hop) > 1);
  if (inner.length === 0 || path.omitted > 0 || !inner.every(isOnlyCall)) return [];
  const once = new Set(inner);
  const weightOf = (hop: CallEdge): number => (once.has(hop) ? hop.item.times : callsOver(hop));
  const before = new Set(paths.map(nameOf));
  const after = amplifications(model, search, weightOf).map(nameOf);
  if (after.includes(nameOf(path)) || !after.every((name) => before.has(name))) return [];
  return writeForCalls(
    inner,
    'retry',
    'retry none',
    inner.length === 1 ? 'Do not retry the inner call' : `Do not retry the ${inner.length} inner calls`,
  );
}

/** Of one operation there is one client with one policy: two items would have to be written alike. */
const isOnlyCall = ({ from, to }: CallEdge): boolean => from.outgoing.filter((edge) => edge.to === to).length === 1;

const nameOf = ({ weight, hops, others }: HeavyPath): string =>
  JSON.stringify([weight, others, hops.map(({ from, to }) => [from.id, to.id])]);
