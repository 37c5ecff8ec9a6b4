import type { Origin } from '../../model/effective-policy.ts';
import { durationText, lastOf } from '../naming.ts';
import type { EdgeExplanation } from './edge.ts';

/** Where a part comes from: `uses, policy standard`. */
export function sourceText({ layer, policy }: Omit<Origin, 'at'>): string {
  return policy === undefined ? layerWords[layer] : `${layerWords[layer]}, policy ${lastOf(policy)}`;
}

/** The keyword where the layer is written. */
const layerWords: Readonly<Record<Origin['layer'], string>> = {
  calls: 'calls',
  uses: 'uses',
  defaults: 'defaults',
  operation: 'rpc',
  service: 'service',
  gateway: 'gateway',
};

/** What an edge comes to, each fact with its name. */
export function factsOf(edge: EdgeExplanation): readonly (readonly [name: string, text: string])[] {
  const { from, to, hard, worst } = edge;
  return [
    ['Attempts', worst.attempts === 1 ? '1' : `up to ${worst.attempts}`],
    ['Worst case', worstText(edge)],
    ['Hard', hard ? `yes: ${from.label} fails when ${to.label} does` : `no: ${softBecause(edge)}`],
    ['Callee', effectText(edge)],
  ];
}

/** `3 × 800ms + 75ms of backoff = 2475ms, cut at the deadline of 2s`. */
function worstText({ times, worst: { ms, attempts, timeout, backoff, cutAt } }: EdgeExplanation): string {
  const tries = timeout === undefined ? undefined : attempts * timeout + backoff;
  const sum = [
    ...(timeout === undefined
      ? []
      : [attempts === 1 ? durationText(timeout) : `${attempts} × ${durationText(timeout)}`]),
    ...(backoff === 0 ? [] : [`${durationText(backoff)} of backoff`]),
  ].join(' + ');
  const total = tries === undefined || sum === durationText(tries) ? sum : `${sum} = ${durationText(tries)}`;
  if (ms === Number.POSITIVE_INFINITY) return 'unknown: there is neither a `timeout` nor a `deadline`';
  const cut = cutAt === undefined ? '' : `the deadline of ${durationText(cutAt)}`;
  const one = tries === undefined ? cut : cut === '' ? total : `${total}, cut at ${cut}`;
  return times === 1 ? one : `${one}; ${times} such calls: ${durationText(times * ms)}`;
}

/** `3 × 4 = 12 on the worst path over this edge`. */
export function amplificationText({ amplification: { product, hops } }: EdgeExplanation): string {
  if (product === 1) return '1: no call on a path over this edge is repeated';
  // Hops of a loop count nothing: the factors do not give the product.
  const factors = hops.map(({ calls }) => calls).filter((calls) => calls > 1);
  const isSum =
    factors.length > 1 && factors.length <= mostFactors && factors.reduce((one, other) => one * other, 1) === product;
  const total = Number.isFinite(product) ? String(product) : 'more than can be counted';
  return `${isSum ? `${factors.join(' × ')} = ${total}` : total} on the worst path over this edge`;
}

/** Nobody multiplies more in the head. */
const mostFactors = 10;

function softBecause({ optional }: EdgeExplanation): string {
  return optional ? 'the item is optional (`?`)' : 'there is a `fallback`';
}

function effectText({ to }: EdgeExplanation): string {
  switch (to.effect) {
    case 'reads':
      return 'reads: it may be retried, hedged and cached';
    case 'idempotent':
      return 'idempotent: it may be repeated';
    case 'write':
      return 'a write that is not idempotent: done twice, it has happened twice';
  }
}
