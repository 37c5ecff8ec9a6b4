import type { Composition } from './compose.ts';
import { type Former, formerRoutes } from './former-routes.ts';
import type { Box, Point } from './geometry.ts';
import type { DiagramEdge, DiagramGraph } from './graph.ts';
import { coveredBy, nudged } from './nudge.ts';
import { type Ends, type Lead, middleOf, type Port, portsOf, type Side, type Sides, type Span } from './ports.ts';
import { type Request, type Route, type Routes, routeAll } from './route.ts';
import { sidesOf } from './sides.ts';
import { type Terrain, terrainOf } from './terrain.ts';

export interface Routed {
  readonly routes: Routes;
  /** The edges that run as they did in the layout before, and where their labels were. */
  readonly standing: ReadonlyMap<string, Box | undefined>;
}

/**
 * Lines for all edges. Those that were there before run as they did where neither their ends nor what is in their way has
 * moved, and where no new edge has come to a side that they are on: the others go round these.
 */
export function routeEdges(graph: DiagramGraph, composition: Composition): Routed {
  const { nodes, groups, slots, before } = composition;
  const boxes = new Map<string, Box>([...groups, ...nodes]);
  const framed = graph.groups.map((group) => [group.id, { group, frame: groups.get(group.id)! }] as const);
  const terrain = terrainOf(slots, new Map(framed));
  const formers: Formers = before ? formerRoutes(graph, composition, terrain, before) : new Map();
  const field: Field = { graph, composition, boxes, terrain };
  const { courses, first } = coursesOf(field, formers);
  const standing = new Map(courses.flatMap(({ id, line }) => (line ? [[id, line] as const] : [])));
  const moving = courses.filter(({ line }) => !line);
  const run = (ports: ReadonlyMap<string, Ends>) => route(field, moving, standing, ({ id }) => [ports.get(id)!]);
  let routes = moving.every(({ id }) => first.has(id)) ? first : run(portsOf(moving, boxes));
  // Once it is known where edges go, their ends can stand in an order that spares crossings.
  for (let round = 0; round < roundsFor(moving.length); round += 1) {
    const guess = routes;
    routes = run(portsOf(moving, boxes, (edge, end) => leadOf(guess.get(edge)!.points, end)));
  }
  const drawn = drawnApart(field, courses, routes, standing);
  const labels = [...standing.keys()].filter((id) => !drawn.has(id)).map((id) => [id, formers.get(id)?.label] as const);
  return {
    routes: new Map(graph.edges.map(({ id }) => [id, drawn.get(id) ?? standing.get(id)!])),
    standing: new Map(labels),
  };
}

/** So often those that stay are looked through for some that have to step aside after all. */
const looks = 3;

/** Lines beside each other: of those that are new, and of those that have no other way but on top of these. */
function drawnApart(
  { terrain }: Field,
  courses: readonly Course[],
  routes: ReadonlyMap<string, Route>,
  standing: Routes,
): Routes {
  const lines = new Map([...routes].map(([id, { points }]) => [id, points]));
  const ends = new Map([...routes].map(([id, route]) => [id, route.ends]));
  const pins = new Map(courses.map(({ id, pins }) => [id, pins]));
  const staying = new Map(standing);
  let drawn = nudged(lines, terrain, ends, staying);
  for (let look = 0; look < looks; look += 1) {
    const covered = coveredBy(drawn, staying);
    if (covered.size === 0) break;
    for (const id of covered) {
      // Who keeps its line has pins at both ends.
      lines.set(id, staying.get(id)!);
      ends.set(id, pins.get(id) as Ends);
      staying.delete(id);
    }
    drawn = nudged(lines, terrain, ends, staying);
  }
  return drawn;
}

/** More rounds change nothing that one would see; in a large picture one round has to do. */
const roundsFor = (edges: number): number => (edges <= 200 ? 2 : 1);

/** What edges are routed in. */
interface Field {
  readonly graph: DiagramGraph;
  readonly composition: Composition;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly terrain: Terrain;
}

function route(
  { graph, composition: { groups, slots }, terrain }: Field,
  edges: readonly DiagramEdge[],
  standing: Routes,
  ways: (edge: DiagramEdge) => readonly Ends[],
): ReadonlyMap<string, Route> {
  // Lanes are nobody's home: edges drop into them from above and do not run along in them.
  const contexts = new Set(graph.groups.filter(({ kind }) => kind === 'context').map(({ id }) => id));
  const homes = new Map(graph.nodes.map(({ id, group }) => [id, group]));
  const clear = (id: string): Box => slots.get(id) ?? groups.get(id)!;
  const requests = edges.map(
    (edge): Request => ({
      id: edge.id,
      ways: ways(edge),
      clear: { from: clear(edge.from), to: clear(edge.to) },
      home: new Set([edge.from, edge.to].flatMap((id) => homes.get(id) ?? []).filter((home) => contexts.has(home))),
    }),
  );
  return routeAll(terrain, requests, standing);
}

// ── who goes anew, and who stays ────────────────────────────────────────────────────────────────────────────────────

type Formers = ReadonlyMap<string, Former>;

/** An edge with its sides, and with the line that it keeps if it does. */
type Course = DiagramEdge & Span & { readonly line: readonly Point[] | undefined };

interface Courses {
  readonly courses: readonly Course[];
  /** First routes of the edges that are new. */
  readonly first: ReadonlyMap<string, Route>;
}

/** Where new edges go shows at which sides others have to make room. */
function coursesOf(field: Field, formers: Formers): Courses {
  const { graph, composition, boxes } = field;
  const options = new Map(graph.edges.map((edge) => [edge.id, sidesOf(edge, boxes, composition.footed)]));
  const known = new Map(
    [...formers].filter(([id, { sides }]) =>
      options.get(id)!.some(({ from, to }) => from === sides.from && to === sides.to),
    ),
  );
  const background = new Map([...known].flatMap(([id, { points }]) => (points ? [[id, points] as const] : [])));
  const newcomers = graph.edges.filter(({ id }) => !known.has(id));
  const guess = portsOf(
    newcomers.map((edge) => ({ ...edge, sides: options.get(edge.id)![0]! })),
    boxes,
  );
  const first = route(field, newcomers, background, (edge) =>
    waysOf(edge, guess.get(edge.id)!, options.get(edge.id)!, boxes),
  );
  const sidesNow = ({ id }: DiagramEdge): Sides => known.get(id)?.sides ?? sidesOfEnds(first.get(id)!.ends);
  const crowded = new Set(newcomers.flatMap((edge) => Object.values(namesOf(edge, sidesNow(edge)))));
  const courses = graph.edges.map((edge): Course => {
    const sides = sidesNow(edge);
    const names = namesOf(edge, sides);
    const { from, to, points } = known.get(edge.id) ?? {};
    const pins = {
      ...(from && !crowded.has(names.from) ? { from } : {}),
      ...(to && !crowded.has(names.to) ? { to } : {}),
    };
    return { ...edge, sides, pins, line: pins.from && pins.to ? points : undefined };
  });
  return { courses, first };
}

const namesOf = ({ from, to }: DiagramEdge, sides: Sides) => ({
  from: `${sides.from} ${from}`,
  to: `${sides.to} ${to}`,
});

const sidesOfEnds = ({ from, to }: Ends): Sides => ({ from: from.side, to: to.side });

/** The ends as guessed, and at the middles of the other sides that would do. */
function waysOf(edge: DiagramEdge, guess: Ends, sides: readonly Sides[], boxes: ReadonlyMap<string, Box>): Ends[] {
  const port = (side: Side, known: Port, id: string): Port =>
    side === known.side ? known : middleOf(boxes.get(id)!, side);
  return sides.map(({ from, to }) => ({ from: port(from, guess.from, edge.from), to: port(to, guess.to, edge.to) }));
}

/** An edge that only steps aside by this goes straight on, as far as the order of ends is concerned. */
const slight = 40;

function leadOf(points: readonly Point[], end: 'from' | 'to'): Lead {
  const [first, second, third] = end === 'from' ? points : points.toReversed();
  if (!first || !second) return { turn: 0, distance: 0, to: 0 };
  const flat = first.y === second.y;
  const [from, to] = flat ? [first.y, (third ?? second).y] : [first.x, (third ?? second).x];
  const distance = flat ? Math.abs(second.x - first.x) : Math.abs(second.y - first.y);
  const turn = Math.abs(to - from) <= slight ? 0 : (Math.sign(to - from) as Lead['turn']);
  return { turn, distance: turn === 0 ? 0 : distance, to };
}
