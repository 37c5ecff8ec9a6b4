import { hardDependants } from '../../model/availability.ts';
import { deploymentOf } from '../../model/deployments.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Fix, Model, Service } from '../../model/model.ts';
import { edgePlace } from '../edges.ts';
import { labelOf, lastOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { percentText } from './percent-text.ts';

/** So many of those who need it are shown. */
const dependantsShown = 20;

/** One finding for each service that may be alone, at its name, about the dependant that promises most. */
export function singlePointOfFailure(
  model: Model,
  report: Report<'single-point-of-failure'>,
  { availability }: { readonly availability: number },
): void {
  const promising = model.services.some(({ slo }) => (slo?.availability?.value ?? 0) >= availability);
  for (const service of promising ? indexOf(model).services.values() : []) {
    const replicas = service.deploy?.replicas;
    if (!replicas || !(deploymentOf(model, service).replicas.min <= 1)) continue;
    const [most, ...others] = hardDependants(model, service)
      .filter((dependant) => dependant.availability >= availability)
      .sort((a, b) => b.availability - a.availability);
    if (!most) continue;
    const { from } = most.edge;
    report({
      at: service.at,
      values: {
        service: service.name,
        replicas: replicas.min,
        dependant: labelOf(from.declaration),
        promiser: lastOf(from.declaration.service),
        promise: percentText(most.availability),
        others: others.length,
      },
      related: [
        { message: `at the least ${replicas.min} of them`, at: replicas.at },
        ...[most, ...others].slice(0, dependantsShown).map(({ edge, availability: promised }) => ({
          message: `\`${labelOf(edge.from.declaration)}\` needs this, and \`${lastOf(edge.from.declaration.service)}\` promises ${percentText(promised)}`,
          at: edgePlace(edge.item),
        })),
      ],
      fixes: runTwo(replicas),
    });
  }
}

function runTwo({ max, at }: NonNullable<NonNullable<Service['deploy']>['replicas']>): Fix[] {
  const text = max > 2 ? `replicas 2..${max}` : 'replicas 2';
  return [{ title: `Run two replicas at the least: \`${text}\``, edits: [{ at, text }] }];
}
