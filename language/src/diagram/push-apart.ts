import { type Box, bottom, grown, overlap, right } from './geometry.ts';

/** Something that stands where it stood, or has grown to the right or downwards. */
export interface Body {
  readonly id: string;
  readonly before: Box;
  readonly now: Box;
}

/** Each body is moved so often at most, or somebody else has to lay it all out. */
const patience = 40;

/**
 * Makes room for what has grown: whatever stands in its way moves right or down, on the side on which it stood before, and no
 * farther than it must. Everything else stays. What stood nearer than `gap` before may stay as near.
 *
 * @returns where each stands now; undefined when no end was found
 */
export function pushedApart(bodies: readonly Body[], gap: number): ReadonlyMap<string, Box> | undefined {
  const at = new Map(bodies.map(({ id, now }) => [id, now]));
  const queue = bodies.filter(({ before, now }) => right(now) > right(before) || bottom(now) > bottom(before));
  for (let turn = 0; queue.length > 0; turn += 1) {
    if (turn > patience * bodies.length) return undefined;
    const pusher = queue.shift()!;
    for (const other of bodies) {
      if (other === pusher || !overlap(grown(at.get(pusher.id)!, gap), at.get(other.id)!)) continue;
      const [first, second] = follows(other.before, pusher.before) ? [pusher, other] : [other, pusher];
      const moved = behind(first, second, at, gap);
      if (!moved) continue;
      at.set(second.id, moved);
      if (!queue.includes(second)) queue.push(second);
    }
  }
  return at;
}

const follows = (a: Box, b: Box): boolean => a.x >= right(b) || a.y >= bottom(b);

/** Where `second` has to be so that it stands clear of `first`; undefined where it does already. */
function behind(first: Body, second: Body, at: ReadonlyMap<string, Box>, gap: number): Box | undefined {
  const [wall, box] = [at.get(first.id)!, at.get(second.id)!];
  const free = { x: second.before.x - right(first.before), y: second.before.y - bottom(first.before) };
  // Where it stood beside and below, or where both were in each other: the shorter way.
  const ways = [
    { ...box, x: right(wall) + Math.min(gap, Math.max(free.x, 0)), allowed: free.x >= 0 },
    { ...box, y: bottom(wall) + Math.min(gap, Math.max(free.y, 0)), allowed: free.y >= 0 || free.x < 0 },
  ].filter(({ allowed }) => allowed);
  if (ways.some(({ x, y }) => x <= box.x && y <= box.y)) return undefined;
  const { x, y } = ways.reduce((best, way) => (way.x + way.y < best.x + best.y ? way : best));
  return { ...box, x, y };
}
