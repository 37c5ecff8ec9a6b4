import { type CallNode, callGraph } from '../../model/call-graph.ts';
import { indexOf } from '../../model/index-of.ts';
import { loopsOf } from '../../model/loops.ts';
import type { Model, Service } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { strongComponents } from '../../model/strong-components.ts';
import { edgesOf, type LabelledEdge } from '../edges.ts';
import type { Report } from '../rule.ts';

/** Calls that lie on a loop of operations are left out: `call-cycle` reports that loop, and its mend opens this one too. */
export function serviceCycle(model: Model, report: Report<'service-cycle'>): void {
  const { services } = indexOf(model);
  const knots = knotsOfOperations(model);
  const calls = new Map<Service, Map<Service, LabelledEdge>>();
  for (const edge of edgesOf(model)) {
    const from = services.get(edge.from.declaration.service);
    const to = services.get(edge.to.declaration.service);
    if (!from || !to || from === to || knots.get(edge.from) === knots.get(edge.to)) continue;
    const known = calls.get(from) ?? new Map<Service, LabelledEdge>();
    calls.set(from, known);
    if (!known.has(to)) known.set(to, edge);
  }
  const next = (service: Service): Service[] => [...(calls.get(service)?.keys() ?? [])];
  for (const loop of loopsOf([...calls.keys()], next, (a, b) => comparePlaces(a.at, b.at))) {
    const hops = loop.flatMap((service, i) => calls.get(service)?.get((loop[i + 1] ?? loop[0]) as Service) ?? []);
    const [first, ...others] = hops;
    if (!first) continue;
    report({
      at: first.at,
      values: { loop: loop.map(({ name }) => name) },
      related: others.map(({ labels, at }) => ({ message: `\`${labels.from}\` calls \`${labels.to}\``, at })),
      allowedAt: [...first.allowedAt, ...others.flatMap(({ at, allowedAt }) => [at, ...allowedAt])],
    });
  }
}

/** The strongly connected component of each operation, by a number. */
function knotsOfOperations(model: Model): ReadonlyMap<CallNode, number> {
  const { nodes, outgoing } = callGraph(model);
  const components = strongComponents(nodes.values(), (node) => (outgoing.get(node.id) ?? []).map(({ to }) => to));
  return new Map(components.flatMap((component, i) => component.map((node) => [node, i] as const)));
}
