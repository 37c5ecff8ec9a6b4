import type { Environment, Model } from '../model/model.ts';
import { didYouMean } from '../model/nearest.ts';
import { ProjectError } from './fault.ts';

/** The environment of a name. Throws a `ProjectError` for one that the system does not have. */
export function environmentNamed(model: Model, name: string): Environment {
  const environments = model.systems[0]?.environments ?? [];
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  const names = environments.map((environment) => environment.name);
  const known = names.length === 0 ? 'The system has none.' : `There are ${names.join(', ')}.`;
  throw new ProjectError([{ message: `there is no environment \`${name}\``, hint: didYouMean(name, names) ?? known }]);
}

/** A model that knows of no other environment. */
export const withOnly = (model: Model, environment: Environment): Model => ({
  ...model,
  systems: model.systems.map((system) => ({
    ...system,
    environments: system.environments.filter(({ name }) => name === environment.name),
  })),
});
