import type { Consumer, Model, Operation } from '../../model/model.ts';
import { edgePlace } from '../edges.ts';
import { callersOf, itemsOf, ownersOf } from '../model-parts.ts';
import { labelOf } from '../naming.ts';
import type { Report } from '../rule.ts';

/** So many of the calls are shown. */
const callsShown = 20;

/** Each item of `calls` is one call: `* n` asks one callee for much, which `retry-amplification` is about. */
export function wideFanout(model: Model, report: Report<'wide-fanout'>, { max }: { readonly max: number }): void {
  const inCaller = (caller: Operation | Consumer): void => {
    const items = itemsOf(caller);
    if (!(items.length > max)) return;
    report({
      at: caller.at,
      values: { caller: labelOf(caller), calls: items.length, max },
      related: items
        .slice(0, callsShown)
        .map((item) => ({ message: `\`${item.target.name}\` is called here`, at: edgePlace(item) })),
    });
  };
  for (const owner of ownersOf(model)) for (const caller of callersOf(owner)) inCaller(caller);
}
