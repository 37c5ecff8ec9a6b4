/** How much it matters that of two things, which are numbers, the first comes before the second; below 0, that it does not. */
export interface Preference {
  readonly first: number;
  readonly second: number;
  readonly weight: number;
}

/** The order gets no better after so many passes, or hardly. */
const passes = 8;

/**
 * An order of the numbers below `count`, which are in a good order already, by sifting (Rudell, 1993): each in turn is put where
 * preferences of the least weight are denied, until nothing gets better.
 *
 * @param isFirm may the one never come behind the other?
 */
export function sifted(
  count: number,
  preferences: readonly Preference[],
  isFirm: (one: number, other: number) => boolean,
): number[] {
  const weights = weightsOf(count, preferences);
  const order = Array.from({ length: count }, (_, i) => i);
  const places = [...order];
  const movable = order.filter((one) => weights[one]!.size > 0);
  for (let pass = 0, better = true; better && pass < passes; pass += 1) {
    better = false;
    for (const one of movable) {
      const from = places[one]!;
      const to = bestPlace(order, from, weights[one]!, isFirm);
      if (to === from) continue;
      order.splice(from, 1);
      order.splice(to, 0, one);
      for (let place = Math.min(from, to); place <= Math.max(from, to); place += 1) places[order[place]!] = place;
      better = true;
    }
  }
  return order;
}

/** For each number those that it would rather have behind it, by how much; below 0, before it. */
type Weights = ReadonlyMap<number, number>;

function weightsOf(count: number, preferences: readonly Preference[]): readonly Weights[] {
  const weights = Array.from({ length: count }, () => new Map<number, number>());
  for (const { first, second, weight } of preferences) {
    weights[first]!.set(second, (weights[first]!.get(second) ?? 0) + weight);
    weights[second]!.set(first, (weights[second]!.get(first) ?? 0) - weight);
  }
  return weights;
}

/** Where what stands at a place denies the least; where it is if nothing is better. */
function bestPlace(
  order: readonly number[],
  from: number,
  weights: Weights,
  isFirm: (one: number, other: number) => boolean,
): number {
  const one = order[from]!;
  let best = { place: from, change: -1e-9 };
  for (const direction of [-1, 1]) {
    let change = 0;
    let unseen = weights.size;
    for (let place = from + direction; place >= 0 && place < order.length && unseen > 0; place += direction) {
      const other = order[place]!;
      if (direction < 0 ? isFirm(other, one) : isFirm(one, other)) break;
      const weight = weights.get(other);
      if (weight === undefined) continue;
      unseen -= 1;
      change += direction * weight;
      if (change < best.change) best = { place, change };
    }
  }
  return best.place;
}
