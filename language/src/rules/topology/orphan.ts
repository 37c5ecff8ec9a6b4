import { callGraph } from '../../model/call-graph.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model } from '../../model/model.ts';
import { callersOf, itemsOf } from '../model-parts.ts';
import type { Report } from '../rule.ts';

export function orphan(model: Model, report: Report<'orphan'>): void {
  if (isPartial(model)) return;
  const reached = reachedServices(model);
  for (const { id, name, at, consumers } of model.services) {
    if (consumers.length === 0 && !reached.has(id)) report({ at, values: { name } });
  }
}

/** What cannot be read or found may be what reaches a service. */
function isPartial({ problems, gateways, services }: Model): boolean {
  return (
    problems.some(({ rule }) => rule === 'syntax') ||
    gateways.some(({ serves }) => serves.some(({ target }) => target.id === undefined)) ||
    services.some((service) =>
      callersOf(service).some((caller) => itemsOf(caller).some((item) => item.service === undefined)),
    )
  );
}

/** What a gateway serves and what others call or fall back on, by full name. */
function reachedServices(model: Model): ReadonlySet<string> {
  const { operations } = indexOf(model);
  const reached = new Set<string>();
  for (const { target, of } of model.gateways.flatMap(({ serves }) => serves)) {
    const service = of === 'operation' ? operations.get(target.id ?? '')?.service : target.id;
    if (service !== undefined) reached.add(service);
  }
  for (const { from, to, policy } of callGraph(model).edges) {
    const instead = policy.fallback?.value;
    const fallback = instead?.to === 'operation' ? operations.get(instead.operation.id ?? '') : undefined;
    const own = from.declaration.service;
    if (to.declaration.service !== own) reached.add(to.declaration.service);
    if (fallback && fallback.service !== own) reached.add(fallback.service);
  }
  return reached;
}
