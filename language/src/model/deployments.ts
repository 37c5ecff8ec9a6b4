import type { Deploy, Model, Service, Span } from './model.ts';

/** Where nothing is said: two replicas survive the loss of one. */
export const defaultReplicas: Span = { min: 2, max: 2 };

/** A rate that each of so many replicas has for itself, in calls per second. */
export interface RateOfReplicas {
  readonly each: number;
  readonly replicas: number;
}

export const together = ({ each, replicas }: RateOfReplicas): number => each * replicas;

/** What rules ask of a service's deployment, of the largest that there is. */
export interface Deployment {
  readonly replicas: Span;
  /** What its replicas take, by `scale { rate }`. */
  readonly capacity?: RateOfReplicas;
}

const undeployed: Deployment = { replicas: defaultReplicas };

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
  const own = overrides.get(service.id);
  if (!service.deploy && !own) return undeployed;
  const variants = [service.deploy, ...(own ?? []).map((override) => ({ ...service.deploy, ...override }))];
  const replicas = variants.map((deploy) => deploy?.replicas ?? defaultReplicas);
  const [capacity] = variants
    .flatMap((deploy): RateOfReplicas[] => {
      const each = deploy?.scale?.rate;
      return each === undefined ? [] : [{ each, replicas: (deploy?.replicas ?? defaultReplicas).max }];
    })
    .sort((a, b) => together(b) - together(a));
  return {
    replicas: { min: Math.max(...replicas.map(({ min }) => min)), max: Math.max(...replicas.map(({ max }) => max)) },
    ...(capacity ? { capacity } : {}),
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
