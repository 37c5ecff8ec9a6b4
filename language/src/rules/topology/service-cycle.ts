import type { CallEdge } from '../../model/call-graph.ts';
import { condensation } from '../../model/condensation.ts';
import { indexOf } from '../../model/index-of.ts';
import { loopsOf } from '../../model/loops.ts';
import type { Model, Service } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { callText, edgePlace, edgesOf, usesOf } from '../edges.ts';
import type { Report } from '../rule.ts';

interface Call {
  readonly edge: CallEdge;
  readonly to: Service;
}

/** Calls that lie on a loop of operations are left out: `call-cycle` reports that loop, and its mend opens this one too. */
export function serviceCycle(model: Model, report: Report<'service-cycle'>): void {
  const calls = callsBetweenServices(model);
  const next = (service: Service): Service[] => calls.get(service)?.map(({ to }) => to) ?? [];
  for (const loop of loopsOf([...calls.keys()], next, (a, b) => comparePlaces(a.at, b.at))) {
    const hops = loop.flatMap((service, i) => {
      const to = loop[i + 1] ?? loop[0];
      return calls.get(service)?.find((call) => call.to === to)?.edge ?? [];
    });
    const [first, ...others] = hops;
    if (!first) continue;
    report({
      at: edgePlace(first.item),
      values: { loop: loop.map(({ name }) => name) },
      related: others.map((edge) => ({ message: callText(edge), at: edgePlace(edge.item) })),
      allowedAt: [...usesOf(model, first), ...others.flatMap((edge) => [edgePlace(edge.item), ...usesOf(model, edge)])],
    });
  }
}

/** Of each service the calls of others, in the order of files and lines. */
function callsBetweenServices(model: Model): ReadonlyMap<Service, readonly Call[]> {
  const { services } = indexOf(model);
  const { inLoop } = condensation(model);
  const calls = new Map<Service, Call[]>();
  for (const edge of edgesOf(model)) {
    const from = services.get(edge.from.declaration.service);
    const to = services.get(edge.to.declaration.service);
    if (!from || !to || from === to || inLoop(edge)) continue;
    const known = calls.get(from);
    if (known) known.push({ edge, to });
    else calls.set(from, [{ edge, to }]);
  }
  return calls;
}
