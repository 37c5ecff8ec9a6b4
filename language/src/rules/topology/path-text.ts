import type { CallEdge } from '../../model/call-graph.ts';
import type { HeavyPath } from '../../model/heaviest-path.ts';
import type { Related } from '../diagnostic.ts';
import { edgePlace } from '../edges.ts';
import { labelOf, lastOf } from '../naming.ts';

/** So many hops of a path are named; of a longer one the first and the last ones. */
export const hopsNamed = 10;

/** `orders → payments`. */
export const hopText = ({ from, to }: CallEdge): string =>
  `${lastOf(from.declaration.service)} → ${lastOf(to.declaration.service)}`;

/** The hops of a path, with what is said of each: `orders → payments ×3, … 4 more …, billing → ledger ×2`. */
export function pathText({ hops, omitted }: HeavyPath, textOf: (hop: CallEdge) => string): string {
  const [first, ...others] = hops.map(textOf);
  const gap = omitted === 0 ? [] : [`… ${omitted} more …`];
  return [first, ...gap, ...others].join(', ');
}

/** The hops behind the first, at which the finding stands. */
export function furtherHops({ hops }: HeavyPath, textOf: (hop: CallEdge) => string): Related[] {
  return hops.slice(1).map((hop) => ({ message: textOf(hop), at: edgePlace(hop.item) }));
}

/** `one request to` or, where it begins with an event, `one event for`. */
export const oneOf = ({ from }: CallEdge): string =>
  `one ${from.kind === 'consumer' ? 'event for' : 'request to'} \`${labelOf(from.declaration)}\``;

/** `; so it is with 2 more paths that begin here`. */
export const othersText = (others: number): string =>
  others === 0 ? '' : `; so it is with ${others} more ${others === 1 ? 'path that begins' : 'paths that begin'} here`;

/** `inner call`, `two inner calls`. */
export const innerCalls = (count: number): string =>
  count === 1 ? 'inner call' : `${count === 2 ? 'two' : count} inner calls`;
