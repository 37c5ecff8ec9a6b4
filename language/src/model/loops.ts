import { knotsOf, shortestLoop } from './strong-components.ts';

/** How many loops of one knot are named; when those are mended, the next check names the rest. */
const loopsOfOneKnot = 10;

/**
 * Loops that together hold every cycle of a graph: without the first step of each, nothing leads back to itself. Each
 * is a shortest one and begins at the first of its knot's members in the order of `compare`; steps are in order.
 */
export function loopsOf<Node>(
  nodes: readonly Node[],
  next: (node: Node) => readonly Node[],
  compare: (a: Node, b: Node) => number,
): Node[][] {
  return loopsOfKnots(knotsOf(nodes, next), next, compare);
}

/** The same where the knots are known already. */
export function loopsOfKnots<Node>(
  knots: readonly (readonly Node[])[],
  next: (node: Node) => readonly Node[],
  compare: (a: Node, b: Node) => number,
): Node[][] {
  return knots.flatMap((knot) => untie(knot, next, compare));
}

function untie<Node>(
  knot: readonly Node[],
  next: (node: Node) => readonly Node[],
  compare: (a: Node, b: Node) => number,
): Node[][] {
  const loops: Node[][] = [];
  const steps = new Map<Node, readonly Node[]>();
  const members = new Set(knot);
  for (const node of knot)
    steps.set(
      node,
      [...new Set(next(node))].filter((other) => members.has(other)),
    );
  const left = (node: Node): readonly Node[] => steps.get(node) ?? [];
  let knots: (readonly Node[])[] = [knot];
  while (knots.length > 0 && loops.length < loopsOfOneKnot) {
    for (const rest of knots.slice(0, loopsOfOneKnot - loops.length)) {
      const first = [...rest].sort(compare)[0] as Node;
      const loop = shortestLoop(first, left);
      if (!loop) continue;
      loops.push(loop);
      const second = loop[1] ?? first;
      steps.set(
        first,
        left(first).filter((node) => node !== second),
      );
    }
    knots = knots.flatMap((rest) => knotsOf(rest, left));
  }
  return loops;
}
