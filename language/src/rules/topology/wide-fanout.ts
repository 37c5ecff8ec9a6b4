import type { Model } from '../../model/model.ts';
import { edgePlace } from '../edges.ts';
import { callersOf, ownersOf } from '../model-parts.ts';
import { labelOf } from '../naming.ts';
import type { Report } from '../rule.ts';

/** So many of the calls are shown. */
const callsShown = 20;

/** Each item of `calls` is one call: `* n` asks one callee for much, which `retry-amplification` is about. */
export function wideFanout(model: Model, report: Report<'wide-fanout'>, { max }: { readonly max: number }): void {
  for (const caller of ownersOf(model).flatMap(callersOf)) {
    const items = caller.calls.flat();
    if (!(items.length > max)) continue;
    report({
      at: caller.at,
      values: { caller: labelOf(caller), calls: items.length, max },
      related: items
        .slice(0, callsShown)
        .map((item) => ({ message: `\`${item.target.name}\` is called here`, at: edgePlace(item) })),
    });
  }
}
