import type { Composition } from './compose.ts';
import { type Box, bottom, grown, lineBox, moved, overlap, type Point, right } from './geometry.ts';
import type { DiagramGraph } from './graph.ts';
import { type Port, pinned, type Side, type Sides } from './ports.ts';
import type { Succession } from './succession.ts';
import { type Terrain, terrainOf } from './terrain.ts';
import { type Tiles, tiled } from './tiles.ts';

/** How an edge was drawn in the layout before. */
export interface Former {
  /** Its ends, where the outlines that they are on are as large as they were. */
  readonly from: Port | undefined;
  readonly to: Port | undefined;
  /** At which sides it left and arrived. */
  readonly sides: Sides;
  /** Its corners, where both its ends have moved alike and nothing has come into its way or gone out of it. */
  readonly points: readonly Point[] | undefined;
  /** Where its label was, if that moves along. */
  readonly label: Box | undefined;
}

/** What edges keep at least from what they run beside. */
const clearance = 8;
/** Who ran as near as this beside something may have gone round it. */
const beside = 28;

/** By id, how the edges of a graph were drawn before: those that were there. */
export function formerRoutes(
  graph: DiagramGraph,
  { nodes, groups }: Composition,
  terrain: Terrain,
  before: Succession,
): ReadonlyMap<string, Former> {
  const now = new Map<string, Box>([...groups, ...nodes]);
  const then = new Map<string, Box>([...before.groups, ...before.nodes]);
  const homes = new Map(graph.nodes.map(({ id, group }) => [id, group]));
  const changes = changesIn(terrainBefore(before), terrain);
  const formers = new Map<string, Former>();
  for (const { id, from, to } of graph.edges) {
    const drawn = before.edges.get(id);
    if (!drawn) continue;
    const [byFrom, byTo] = [shiftOf(then.get(from), now.get(from)), shiftOf(then.get(to), now.get(to))];
    const { points, label } = drawn;
    const sides = { from: sideTowards(points[0]!, points[1]!), to: sideTowards(points.at(-1)!, points.at(-2)!) };
    const by = byFrom && byTo && byFrom.x === byTo.x && byFrom.y === byTo.y ? byFrom : undefined;
    const line = by && points.map((point) => moved(point, by));
    const own = new Set([from, to].flatMap((end) => [end, homes.get(end) ?? end]));
    formers.set(id, {
      sides,
      from: byFrom && pinned(moved(points[0]!, byFrom), sides.from),
      to: byTo && pinned(moved(points.at(-1)!, byTo), sides.to),
      points: line && isFree(line, changes(by), own) ? line : undefined,
      label: by && label && moved(label, by),
    });
  }
  return formers;
}

/** By how much something has moved; undefined where it is not as large as it was. */
function shiftOf(then: Box | undefined, now: Box | undefined): Point | undefined {
  if (!then || !now || then.width !== now.width || then.height !== now.height) return undefined;
  return { x: now.x - then.x, y: now.y - then.y };
}

/** The side of an outline at which an edge leaves from its end towards its next corner. */
function sideTowards(end: Point, next: Point): Side {
  if (end.y === next.y) return next.x > end.x ? 'right' : 'left';
  return next.y > end.y ? 'bottom' : 'top';
}

// ── what has changed around it ──────────────────────────────────────────────────────────────────────────────────────

/** By the ids of now; what has gone by its own. */
function terrainBefore({ nodes, groups, gone }: Succession): Terrain {
  const slots = [...nodes].map(([id, { slot }]) => [id, slot] as const);
  const goneSlots = gone.flatMap((placed) =>
    'slot' in placed ? [[`gone ${placed.node.id}`, placed.slot] as const] : [],
  );
  const framed = [...groups].map(([id, placed]) => [id, { group: placed.group, frame: placed }] as const);
  return terrainOf(new Map([...slots, ...goneSlots]), new Map(framed));
}

/** What is not where it was, as it looks to those that have all moved alike. */
interface Changes {
  readonly come: Tiles<Box>;
  readonly gone: Tiles<Box>;
  readonly frames: readonly (readonly [id: string, frame: Box])[];
}

function changesIn(then: Terrain, now: Terrain): (by: Point) => Changes {
  const known = new Map<string, Changes>();
  const stays = (one: Box | undefined, other: Box | undefined, by: Point): boolean => {
    const shift = shiftOf(one, other);
    return shift !== undefined && shift.x === by.x && shift.y === by.y;
  };
  const changesFor = (by: Point): Changes => {
    const come = [...now.obstacles].filter(([id, box]) => !stays(then.obstacles.get(id), box, by));
    const gone = [...then.obstacles].filter(([id, box]) => !stays(box, now.obstacles.get(id), by));
    return {
      come: tiled(come.map(([, box]) => grown(box, clearance))),
      gone: tiled(gone.map(([, box]) => grown(moved(box, by), beside))),
      frames: [...now.frames].filter(([id, frame]) => !stays(then.frames.get(id), frame, by)),
    };
  };
  return (by) => {
    const key = `${by.x} ${by.y}`;
    const changes = known.get(key) ?? changesFor(by);
    known.set(key, changes);
    return changes;
  };
}

/** Can an edge run as it did? Into frames of its own it may go, but not along their outlines. */
function isFree(points: readonly Point[], { come, gone, frames }: Changes, own: ReadonlySet<string>): boolean {
  return points.slice(1).every((b, i) => {
    const line = lineBox(points[i]!, b);
    const meets = (box: Box): boolean => overlap(grown(line, 0.01), box);
    if (come.near(line).some(meets) || gone.near(line).some(meets)) return false;
    return frames.every(([id, frame]) => (own.has(id) ? !isAlong(line, frame) : !meets(grown(frame, clearance))));
  });
}

/** Does a line run along an outline, so near that it seems to lie on it? */
function isAlong(line: Box, frame: Box): boolean {
  const near = (one: number, other: number): boolean => Math.abs(one - other) < clearance;
  if (!overlap(grown(line, clearance), frame)) return false;
  return line.width === 0
    ? near(line.x, frame.x) || near(line.x, right(frame))
    : near(line.y, frame.y) || near(line.y, bottom(frame));
}
