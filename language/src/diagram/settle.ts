import { clamp } from './geometry.ts';
import type { Piece } from './pieces.ts';

/** Two pieces that run side by side somewhere, by their places in an order. */
export type Meeting = readonly [number, number];

/** Moves the pieces, in their order, as near to where they wish to be as distances allow. */
export function settle(order: readonly Piece[], meeting: readonly Meeting[], wanted: number): void {
  const gaps = meeting
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)
    .sort(([firstA, secondA], [firstB, secondB]) => secondA - secondB || firstA - firstB)
    .map(([first, second]): Gap => ({ first, second, distance: distanceOf(order[first]!, order[second]!, wanted) }));
  let room = windows(order, gaps);
  for (let tries = 0; tries < 14 && tighten(gaps, room); tries += 1) room = windows(order, gaps);
  const within = (value: number, i: number): number =>
    clamp(value, room.least[i]!, Math.max(room.least[i]!, room.most[i]!));
  const at = order.map((piece, i) => within(wish(piece), i));
  relax(order, at, gaps, within);
  for (const { first, second, distance } of gaps)
    at[second] = within(Math.max(at[second]!, at[first]! + distance), second);
  order.forEach((piece, i) => {
    piece.at = clamp(at[i]!, piece.least, piece.most);
  });
}

const whereTheyOnlyMeet = 10;

/** Pieces that run side by side for a while need room for their labels; those that only meet need less. */
const distanceOf = (a: Piece, b: Piece, wanted: number): number =>
  Math.min(a.high, b.high) - Math.max(a.low, b.low) > 60 ? wanted : Math.min(wanted, whereTheyOnlyMeet);

/** Two pieces, by their places in the order, and how far apart they should run. Sorted by `second`. */
interface Gap {
  readonly first: number;
  readonly second: number;
  distance: number;
}

interface Windows {
  readonly least: readonly number[];
  readonly most: readonly number[];
}

/** Where each piece may be so that those before and behind it still find room. */
function windows(order: readonly Piece[], gaps: readonly Gap[]): Windows {
  const least = order.map((piece) => piece.least);
  const most = order.map((piece) => piece.most);
  for (const { first, second, distance } of gaps) least[second] = Math.max(least[second]!, least[first]! + distance);
  for (const { first, second, distance } of gaps.toReversed())
    most[first] = Math.min(most[first]!, most[second]! - distance);
  return { least, most };
}

/** Where there is not room enough, and only there, pieces come nearer to each other. Was anything too tight? */
function tighten(gaps: readonly Gap[], { least, most }: Windows): boolean {
  const crowded = gaps.filter(({ first, second, distance }) => least[first]! + distance > most[second]! + 0.01);
  for (const gap of crowded) gap.distance *= 0.8;
  return crowded.length > 0;
}

const rounds = 40;
/** The side of a context has so much room that an end there may as well move. */
const roomy = 160;

/** Pushes pieces apart that are too near, each by its share: those at ports give way least. */
function relax(
  order: readonly Piece[],
  at: number[],
  gaps: readonly Gap[],
  within: (value: number, i: number) => number,
): void {
  const ease = order.map(({ held, least, most }) => (held && most - least < roomy ? 0.1 : 1));
  for (let round = 0; round < rounds; round += 1) {
    let moved = false;
    for (const { first, second, distance } of gaps) {
      const lacking = distance - (at[second]! - at[first]!);
      if (lacking < 0.05) continue;
      const share = lacking / (ease[first]! + ease[second]!);
      at[second] = within(at[second]! + share * ease[second]!, second);
      at[first] = within(at[first]! - share * ease[first]!, first);
      moved = true;
    }
    if (!moved) return;
  }
}

/** In a narrow passage the middle, else where it is. */
const wish = ({ held, least, most, at }: Piece): number => (!held && most - least < 60 ? (least + most) / 2 : at);
