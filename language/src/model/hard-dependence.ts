import { isHard } from './availability.ts';
import type { CallEdge, CallNode } from './call-graph.ts';
import { strongComponents } from './strong-components.ts';

/** Does an operation come to need a service, or is it one of its own? */
export interface HardQuestion {
  readonly node: CallNode;
  /** Full name of a service or external. */
  readonly service: string;
}

/** Services are asked after by the bits of a number, so many at a time. */
const bits = 32;

/**
 * Which of these hold, in their order: the operation is of the service, or leads to it over hard edges alone. One pass
 * over the graph answers for 32 services, so that it stays near linear however many there are.
 */
export function dependOnHard(questions: readonly HardQuestion[]): boolean[] {
  const next = ({ outgoing }: CallNode): CallNode[] => outgoing.filter(isHard).map(({ to }) => to);
  const components = strongComponents(new Set(questions.map(({ node }) => node)), next);
  const indexes = new Map(components.flatMap((component, index) => component.map(({ id }) => [id, index] as const)));
  const callees = components.map((component) => component.flatMap(next).map(({ id }) => indexes.get(id) as number));
  const numbers = new Map([...new Set(questions.map(({ service }) => service))].map((service, i) => [service, i]));
  const own = components.map((component) =>
    component.flatMap(({ declaration }) => numbers.get(declaration.service) ?? []),
  );
  const asked = questions.map(({ node, service }, question) => ({
    question,
    component: indexes.get(node.id) as number,
    service: numbers.get(service) as number,
  }));
  const answers = questions.map(() => false);
  for (const [batch, some] of Map.groupBy(asked, ({ service }) => Math.floor(service / bits))) {
    const from = batch * bits;
    const reached = new Int32Array(components.length);
    // Callees before callers.
    for (let index = 0; index < reached.length; index++) {
      let mask = 0;
      for (const number of own[index] as number[])
        if (number >= from && number < from + bits) mask |= 1 << (number - from);
      for (const callee of callees[index] as number[]) mask |= reached[callee] as number;
      reached[index] = mask;
    }
    for (const { question, component, service } of some) {
      answers[question] = ((reached[component] as number) & (1 << (service - from))) !== 0;
    }
  }
  return answers;
}

/** So many operations are looked through for one way: the rule that shows it stays linear. */
const lookedThrough = 500;

/** A shortest way over hard edges from an operation into a service; none where it is not found nearby, or is no way at all. */
export function hardPath({ node: start, service }: HardQuestion): CallEdge[] {
  const cameBy = new Map<CallNode, CallEdge | undefined>([[start, undefined]]);
  for (const node of cameBy.keys()) {
    if (node.declaration.service === service) return wayTo(node, cameBy);
    for (const edge of node.outgoing) {
      if (isHard(edge) && !cameBy.has(edge.to) && cameBy.size < lookedThrough) cameBy.set(edge.to, edge);
    }
  }
  return [];
}

function wayTo(end: CallNode, cameBy: ReadonlyMap<CallNode, CallEdge | undefined>): CallEdge[] {
  const way: CallEdge[] = [];
  for (let edge = cameBy.get(end); edge; edge = cameBy.get(edge.from)) way.push(edge);
  return way.reverse();
}
