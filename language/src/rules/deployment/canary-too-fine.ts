import { defaultReplicas } from '../../model/deployments.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model } from '../../model/model.ts';
import type { Report } from '../rule.ts';
import { type DeployVariant, variantsOf, whereOf } from './variants.ts';

/** Without anything that splits traffic by weight, the share of a new version is its share of the replicas. */
export function canaryTooFine(model: Model, report: Report<'canary-too-fine'>): void {
  const split = servedByGateways(model);
  for (const variant of variantsOf(model)) {
    const { service, written, elsewhere } = variant;
    if (split.has(service.id) || hasMesh(model, variant)) continue;
    const steps = stepsTooFine(variant);
    const at = written.rollout?.at ?? written.replicas?.at;
    // What an environment inherits is told where the service says it.
    if (steps.length === 0 || !at) continue;
    if (!written.rollout && elsewhere && !hasMesh(model, elsewhere) && stepsTooFine(elsewhere).length > 0) continue;
    const replicas = leastReplicas(variant);
    report({
      at,
      values: {
        service: service.name,
        where: whereOf(variant),
        steps: steps.map((step) => `${step}%`),
        replicas,
        share: `${Number((100 / replicas).toFixed(1))}%`,
      },
      related: relatedOf(variant, at),
      allowedAt: [service.at],
    });
  }
}

function relatedOf({ deploy: { rollout, replicas } }: DeployVariant, at: DeployVariant['at']) {
  return [
    ...(rollout && rollout.at !== at ? [{ message: 'the steps are given here', at: rollout.at }] : []),
    ...(replicas && replicas.at !== at ? [{ message: 'the replicas are given here', at: replicas.at }] : []),
  ];
}

function stepsTooFine(variant: DeployVariant): number[] {
  const { rollout } = variant.deploy;
  if (rollout?.kind !== 'canary') return [];
  const share = 100 / leastReplicas(variant);
  // A third is written 33%.
  const least = share < 1 ? share : Math.floor(share);
  return rollout.steps.filter((step) => step < least);
}

const leastReplicas = ({ deploy }: DeployVariant): number => Math.max(1, (deploy.replicas ?? defaultReplicas).min);

function hasMesh(model: Model, { environment }: DeployVariant): boolean {
  const here = environment?.settings.findLast(({ key }) => key === 'mesh')?.value;
  return here?.kind === 'word' ? here.word !== 'none' : model.systems[0]?.mesh !== undefined;
}

/** Services by their full names. */
function servedByGateways(model: Model): ReadonlySet<string> {
  const { operations } = indexOf(model);
  const ids = model.gateways
    .flatMap(({ serves }) => serves)
    .flatMap(({ target: { id = '' }, of }) => (of === 'operation' ? (operations.get(id)?.service ?? []) : id));
  return new Set(ids);
}
