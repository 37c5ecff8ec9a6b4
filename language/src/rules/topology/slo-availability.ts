import { availabilityOf, type HardDependency, hardDependencies } from '../../model/availability.ts';
import { callGraph } from '../../model/call-graph.ts';
import type { Model, Operation, Place, Service } from '../../model/model.ts';
import { edgePlace } from '../edges.ts';
import { labelOf, lastOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { percentText } from './percent-text.ts';
import { sumText } from './sum-text.ts';

/** Operations of one service that cannot do without the same others have one cause, and one finding at the first. */
export function sloAvailability(model: Model, report: Report<'slo-availability'>): void {
  const { nodes } = callGraph(model);
  for (const service of model.services) {
    const promise = service.slo?.availability;
    if (!promise) continue;
    const causes = new Map<string, Broken>();
    for (const operation of service.operations) {
      const node = nodes.get(operation.id);
      const needs = node?.declaration === operation ? hardDependencies(model, node) : [];
      if (!(availabilityOf(needs) < promise.value - 1e-9)) continue;
      if (report.silences({ at: operation.at, allowedAt: [promise.at] })) continue;
      const cause = needs
        .map(({ id }) => id)
        .sort()
        .join(' ');
      const same = causes.get(cause);
      if (same) same.others.push(operation);
      else causes.set(cause, { operation, needs, others: [] });
    }
    for (const broken of causes.values()) tell(service, promise, broken, report);
  }
}

interface Broken {
  readonly operation: Operation;
  readonly needs: readonly HardDependency[];
  readonly others: Operation[];
}

/** So many of the other operations are shown. */
const othersShown = 20;

function tell(
  { name }: Service,
  promise: { readonly value: number; readonly at: Place },
  { operation, needs, others }: Broken,
  report: Report<'slo-availability'>,
): void {
  const held = availabilityOf(needs);
  report({
    at: operation.at,
    values: {
      service: name,
      operation: labelOf(operation),
      promise: percentText(promise.value),
      needs: sumText(
        needs.map(({ id, availability }) => `${lastOf(id)} ${percentText(availability)}`),
        ' × ',
      ),
      held: percentText(held, promise.value),
      isProduct: needs.length > 1,
      others: others.length,
    },
    related: [
      { message: `\`${name}\` promises ${percentText(promise.value)}`, at: promise.at },
      ...needs.map(({ id, availability, edge }) => ({
        message: `\`${labelOf(edge.to.declaration)}\` is needed here, and \`${lastOf(id)}\` promises ${percentText(availability)}`,
        at: edgePlace(edge.item),
      })),
      ...others
        .slice(0, othersShown)
        .map((other) => ({ message: `\`${labelOf(other)}\` needs the same`, at: other.at })),
    ],
    allowedAt: [promise.at],
  });
}
