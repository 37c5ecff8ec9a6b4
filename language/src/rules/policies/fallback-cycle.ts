import type { CallEdge, CallNode } from '../../model/call-graph.ts';
import type { Model } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { shortestLoop, strongComponents } from '../../model/strong-components.ts';
import { callText, type EdgeWith, edgePlace, edgesOf, edgesWith, labelsOf } from '../edges.ts';
import { labelOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { byCause } from './by-cause.ts';
import { fallbackOf } from './fallback-same-fate.ts';
import { callsText, writeForCalls } from './write-part.ts';

type Falling = EdgeWith<'fallback'>;

/** What may follow while everything fails: of a call its fallback and the operation that it reaches, of an operation its calls. */
type Step = CallEdge | CallNode;

/** A way from a call over its fallback back to the call, which is the last of its steps. */
interface Loop {
  readonly edge: Falling;
  readonly steps: readonly Step[];
}

/** How many loops of one knot are told; when those are mended, the next check tells of the rest. */
const loopsOfOneKnot = 10;

export function fallbackCycle(model: Model, report: Report<'fallback-cycle'>): void {
  const loops = new Map(loopsOfFallbacks(model).map((loop) => [loop.edge, loop]));
  const loopOf = (edge: Falling): Loop => loops.get(edge) as Loop;
  const found = edgesWith(model, 'fallback').filter((edge) => loops.has(edge));
  for (const cause of byCause(model, found, ['fallback'], report, (edge) => hopsOf(loopOf(edge)).join(' '))) {
    const loop = loopOf(cause.edges[0]);
    const isItself = loop.steps.length === 1;
    report({
      at: cause.at,
      values: { ...cause.labels, loop: isItself ? undefined : hopsOf(loop) },
      related: [
        ...cause.parts,
        ...loop.steps.slice(0, -1).flatMap((step) => {
          if (!isCall(step)) return [];
          return [{ message: callText(step), at: edgePlace(step.item) }];
        }),
        ...cause.alike,
      ],
      fixes: isItself
        ? writeForCalls(cause.edges, 'fallback', 'fallback none', `Take the fallback from ${callsText(cause.edges)}`)
        : [],
      allowedAt: cause.allowedAt,
    });
  }
}

const isCall = (step: Step): step is CallEdge => 'item' in step;

/** `b.Y`, `⇢ c.Z`, `→ b.Y`: ⇢ is a fallback, → a call. */
function hopsOf({ edge, steps }: Loop): string[] {
  const hops = [labelsOf(edge).to];
  let previous: Step = edge;
  for (const step of steps) {
    const arrow = isCall(previous) ? '⇢' : '→';
    // The operation that a call reaches is named by the call.
    const isNamed = isCall(previous) && step === previous.to;
    if (!isNamed) hops.push(`${arrow} ${isCall(step) ? labelsOf(step).to : labelOf(step.declaration)}`);
    previous = step;
  }
  return hops;
}

/** Loops that each lead over a fallback; when those of the first calls are taken away, none is left, or ten of its knot were. */
function loopsOfFallbacks(model: Model): Loop[] {
  const standIns = standInsOf(model);
  if (standIns.size === 0) return [];
  const left = new Map<Step, Step>(standIns);
  const outgoing = Map.groupBy(edgesOf(model), ({ from }) => from.id);
  const next = (step: Step): readonly Step[] => {
    if (!isCall(step)) return outgoing.get(step.id) ?? [];
    const standIn = left.get(step);
    return standIn ? [standIn, step.to] : [step.to];
  };
  const loops: Loop[] = [];
  for (const knot of knotsOf([...standIns.keys()], next, left)) {
    let knots = [knot];
    for (let found = 0; found < loopsOfOneKnot; found++) {
      const [rest, ...others] = knots;
      if (!rest) break;
      const within = (step: Step): readonly Step[] => next(step).filter((other) => rest.steps.has(other));
      const { first } = rest;
      const back = shortestLoop<Step>(first, (step) => (step === first ? [left.get(first) ?? first] : within(step)));
      loops.push({ edge: first, steps: [...(back ?? []).slice(1), first] });
      left.delete(first);
      knots = [...knotsOf([...rest.steps], within, left), ...others];
    }
  }
  return loops;
}

/** Steps that all lead to each other, and the first call whose fallback is among them. */
interface Knot {
  readonly steps: ReadonlySet<Step>;
  readonly first: Falling;
}

function knotsOf(steps: readonly Step[], next: (step: Step) => readonly Step[], left: ReadonlyMap<Step, Step>): Knot[] {
  return strongComponents(steps, next).flatMap((component): Knot[] => {
    const members = new Set(component);
    const fallsBackInside = (step: Step): step is Falling => {
      const standIn = left.get(step);
      return standIn !== undefined && members.has(standIn);
    };
    const [first] = component.filter(fallsBackInside).sort((a, b) => comparePlaces(a.item.target.at, b.item.target.at));
    return first ? [{ steps: members, first }] : [];
  });
}

/** What is done in place of each call: the caller's own call of the other operation, under its own policy, else just that operation. */
function standInsOf(model: Model): ReadonlyMap<Falling, Step> {
  const falling = edgesWith(model, 'fallback').filter((edge) => fallbackOf(model, edge) !== undefined);
  if (falling.length === 0) return new Map();
  const firstCalls = new Map<string, CallEdge>();
  for (const edge of edgesOf(model).toReversed()) firstCalls.set(`${edge.from.id} ${edge.to.id}`, edge);
  return new Map(
    falling.map((edge) => {
      const operation = fallbackOf(model, edge) as CallNode;
      return [edge, firstCalls.get(`${edge.from.id} ${operation.id}`) ?? operation];
    }),
  );
}
