import { type Box, bottom, centre, right } from './geometry.ts';
import type { DiagramEdge } from './graph.ts';
import type { Side, Sides } from './ports.ts';

/**
 * The sides at which an edge may leave and arrive. Calls go from side to side. What leads down to data and events leaves at
 * the bottom, unless a service has resources right below it, or at a side, whichever gives the better way.
 */
export function sidesOf(edge: DiagramEdge, boxes: ReadonlyMap<string, Box>, footed: ReadonlySet<string>): Sides[] {
  const [from, to] = [boxes.get(edge.from)!, boxes.get(edge.to)!];
  switch (edge.kind) {
    case 'publish':
      return downward(edge.from, from, to, footed).map((side) => ({ from: side, to: 'top' }));
    case 'consume':
      return downward(edge.to, to, from, footed).map((side) => ({ from: 'top', to: side }));
    case 'use':
      if (bottom(from) > to.y) return [besides(from, to)];
      if (inside(from, to)) return [{ from: 'bottom', to: 'top' }];
      return downward(edge.from, from, to, footed).map((side) => ({ from: side, to: 'top' }));
    case 'call':
    case 'serve':
    case 'relation':
      return [edge.from === edge.to ? { from: 'right', to: 'right' } : besides(from, to)];
  }
}

/** Does `below` begin within the width of `above`, right below it? */
const inside = (above: Box, below: Box): boolean =>
  below.y - bottom(above) < 60 && centre(below).x > above.x && centre(below).x < right(above);

function downward(id: string, from: Box, to: Box, footed: ReadonlySet<string>): Side[] {
  const sides: Side[] = centre(to).x >= centre(from).x ? ['right', 'left'] : ['left', 'right'];
  return footed.has(id) ? sides : ['bottom', ...sides];
}

/** Boxes that stand clearly beside each other are joined by their near sides, those above each other by top and bottom. */
function besides(from: Box, to: Box): Sides {
  if (right(from) <= to.x) return { from: 'right', to: 'left' };
  if (right(to) <= from.x) return { from: 'left', to: 'right' };
  if (bottom(from) <= to.y) return { from: 'bottom', to: 'top' };
  return { from: 'top', to: 'bottom' };
}
