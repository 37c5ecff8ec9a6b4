import { isHard } from './availability.ts';
import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import type { Model } from './model.ts';
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
export function dependOnHard(model: Model, questions: readonly HardQuestion[]): boolean[] {
  const { outgoing } = callGraph(model);
  const next = ({ id }: CallNode): CallNode[] => (outgoing.get(id) ?? []).filter(isHard).map(({ to }) => to);
  const components = strongComponents(new Set(questions.map(({ node }) => node)), next);
  const indexes = new Map(components.flatMap((component, index) => component.map(({ id }) => [id, index] as const)));
  const callees = components.map((component) => component.flatMap(next).map(({ id }) => indexes.get(id) as number));
  const answers = questions.map(() => false);
  const services = [...new Set(questions.map(({ service }) => service))];
  const asked = Map.groupBy(questions.keys(), (question) => questions[question]?.service);
  for (let from = 0; from < services.length; from += bits) {
    const batch = new Map(services.slice(from, from + bits).map((service, bit) => [service, 1 << bit]));
    const reached = new Int32Array(components.length);
    // Callees before callers.
    components.forEach((component, index) => {
      let mask = 0;
      for (const { declaration } of component) mask |= batch.get(declaration.service) ?? 0;
      for (const callee of callees[index] ?? []) mask |= reached[callee] ?? 0;
      reached[index] = mask;
    });
    for (const [service, bit] of batch) {
      for (const question of asked.get(service) ?? []) {
        const index = indexes.get(questions[question]?.node.id ?? '') ?? -1;
        answers[question] = ((reached[index] ?? 0) & bit) !== 0;
      }
    }
  }
  return answers;
}

/** A shortest way over hard edges from an operation into a service; empty where it is one of its own, or none leads there. */
export function hardPath(model: Model, { node: start, service }: HardQuestion): CallEdge[] {
  const { outgoing } = callGraph(model);
  const cameBy = new Map<CallNode, CallEdge | undefined>([[start, undefined]]);
  for (const node of cameBy.keys()) {
    if (node.declaration.service === service) return wayTo(node, cameBy);
    for (const edge of outgoing.get(node.id) ?? []) {
      if (isHard(edge) && !cameBy.has(edge.to)) cameBy.set(edge.to, edge);
    }
  }
  return [];
}

function wayTo(end: CallNode, cameBy: ReadonlyMap<CallNode, CallEdge | undefined>): CallEdge[] {
  const way: CallEdge[] = [];
  for (let edge = cameBy.get(end); edge; edge = cameBy.get(edge.from)) way.push(edge);
  return way.reverse();
}
