import type { ConfigEntry, Deploy, Environment, Model, Override, Service, System } from '../../model/model.ts';

/** The model as it is in an environment: what the environment says instead of what services and the system say. */
export function inEnvironment(model: Model, environment: Environment): Model {
  return {
    ...model,
    services: model.services.map((service) =>
      environment.overrides.filter(({ target }) => target.id === service.id).reduce(overridden, service),
    ),
    systems: model.systems.map((system, i) => (i === 0 ? withSettings(system, environment) : system)),
  };
}

function overridden(service: Service, override: Override): Service {
  const { at: _, ...changes } = override.deploy;
  const deploy: Deploy = { ...(service.deploy ?? { at: override.deploy.at }), ...changes };
  const said = Object.keys(changes).length > 0 || service.deploy !== undefined;
  return {
    ...service,
    ...(said ? { deploy } : {}),
    config: service.config.map((entry) => configured(entry, override)),
  };
}

function configured(entry: ConfigEntry, { config }: Override): ConfigEntry {
  const value = config.findLast(({ name }) => name === entry.name)?.value;
  return value === undefined ? entry : { ...entry, default: value };
}

/** `discovery` is what concerns the objects of a service. */
function withSettings(system: System, { settings }: Environment): System {
  const discovery = settings.findLast(({ key }) => key === 'discovery')?.value;
  return discovery?.kind === 'word' ? { ...system, discovery: discovery.word } : system;
}
