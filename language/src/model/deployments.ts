import type { Deploy, Model, Service, Span } from './model.ts';

/** Where nothing is said: two replicas survive the loss of one. */
export const defaultReplicas: Span = { min: 2, max: 2 };

/** What rules ask of a service's deployment, of the largest that there is. */
export interface Deployment {
  readonly replicas: Span;
  /** Calls per second that all its replicas take together, by `scale { rate }`. */
  readonly rate?: number;
}

const known = new WeakMap<Model, ReadonlyMap<string, readonly Deploy[]>>();

/**
 * How large a service gets: of what it declares and what environments make of that, the most. The environment with the
 * most is the one that counts; that a developer runs one replica endangers nobody.
 */
export function deploymentOf(model: Model, service: Service): Deployment {
  let overrides = known.get(model);
  if (!overrides) {
    overrides = overridesOf(model);
    known.set(model, overrides);
  }
  const variants = [service.deploy, ...(overrides.get(service.id) ?? []).map((own) => ({ ...service.deploy, ...own }))];
  const replicas = variants.map((deploy) => deploy?.replicas ?? defaultReplicas);
  const rates = variants.flatMap((deploy) =>
    deploy?.scale?.rate === undefined ? [] : deploy.scale.rate * (deploy.replicas ?? defaultReplicas).max,
  );
  return {
    replicas: { min: Math.max(...replicas.map(({ min }) => min)), max: Math.max(...replicas.map(({ max }) => max)) },
    ...(rates.length === 0 ? {} : { rate: Math.max(...rates) }),
  };
}

function overridesOf(model: Model): ReadonlyMap<string, readonly Deploy[]> {
  const byService = new Map<string, Deploy[]>();
  for (const { target, deploy } of model.systems.flatMap(({ environments }) =>
    environments.flatMap((one) => one.overrides),
  )) {
    if (target.id === undefined) continue;
    const deploys = byService.get(target.id);
    if (deploys) deploys.push(deploy);
    else byService.set(target.id, [deploy]);
  }
  return byService;
}
