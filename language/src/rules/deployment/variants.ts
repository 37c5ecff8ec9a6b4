import { indexOf } from '../../model/index-of.ts';
import type { Deploy, Environment, Model, Override, Place, Service } from '../../model/model.ts';

/** How a service is deployed: by itself, or in an environment that overrides some of it. */
export interface DeployVariant {
  readonly service: Service;
  /** What is in effect. */
  readonly deploy: Deploy;
  /** What is written here: in an environment, what it overrides. */
  readonly written: Deploy;
  /** The word `deploy`, or the service's name in the environment. */
  readonly at: Place;
  readonly environment?: Environment;
  /** In an environment: what holds without it, if the service says something of it. */
  readonly elsewhere?: DeployVariant;
}

const known = new WeakMap<Model, readonly DeployVariant[]>();

/** Every `deploy` that is written, of services and then of environments; made once for each model. */
export function variantsOf(model: Model): readonly DeployVariant[] {
  let variants = known.get(model);
  if (!variants) {
    const own = model.services.flatMap(ownVariant);
    variants = [...own, ...inEnvironments(model, new Map(own.map((one) => [one.service, one])))];
    known.set(model, variants);
  }
  return variants;
}

/** ` in prod`, behind the name of a service; nothing for what holds everywhere. */
export const whereOf = ({ environment }: DeployVariant): string => (environment ? ` in \`${environment.name}\`` : '');

function ownVariant(service: Service): DeployVariant[] {
  const { deploy } = service;
  return deploy ? [{ service, deploy, written: deploy, at: wordAt(deploy.at, 'deploy') }] : [];
}

function inEnvironments(model: Model, own: ReadonlyMap<Service, DeployVariant>): DeployVariant[] {
  const { services } = indexOf(model);
  return model.systems
    .flatMap(({ environments }) => environments)
    .flatMap((environment) =>
      [...Map.groupBy(environment.overrides, ({ target }) => services.get(target.id ?? ''))].flatMap(
        ([service, overrides]) => (service ? overridden(environment, own.get(service), service, overrides) : []),
      ),
    );
}

/** As the emitters merge: member by member, the last override last. */
function overridden(
  environment: Environment,
  elsewhere: DeployVariant | undefined,
  service: Service,
  overrides: readonly Override[],
): DeployVariant[] {
  const written: Deploy = Object.assign({}, ...overrides.map(({ deploy }) => deploy));
  const at = overrides[0]?.target.at;
  const { at: _, ...changes } = written;
  if (!at || Object.keys(changes).length === 0) return [];
  const deploy = { ...elsewhere?.deploy, ...written };
  return [{ service, deploy, written, at, environment, ...(elsewhere ? { elsewhere } : {}) }];
}

/** The word with which a place begins. */
function wordAt({ file, start }: Place, word: string): Place {
  return { file, start, end: { line: start.line, column: start.column + word.length } };
}
