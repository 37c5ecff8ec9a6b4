import type {
  ConfigEntry,
  Deploy,
  Environment,
  External,
  Gateway,
  Literal,
  Model,
  Override,
  Resource,
  Service,
  System,
} from '../../model/model.ts';

/** The model as it is in an environment: what the environment says instead of what services and the system say. */
export function inEnvironment(model: Model, environment: Environment): Model {
  const changed = <T extends { readonly id: string }>(items: readonly T[], change: (item: T, by: Override) => T) =>
    items.map((item) => environment.overrides.filter(({ target }) => target.id === item.id).reduce(change, item));
  return {
    ...model,
    services: changed(model.services, overridden),
    gateways: changed(model.gateways, elsewhere),
    externals: changed(model.externals, moved),
    resources: changed(model.resources, reset),
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

function withSettings(system: System, { settings }: Environment): System {
  const { mesh, ...rest } = system;
  const value = (key: string): Literal | undefined => settings.findLast((setting) => setting.key === key)?.value;
  const word = (key: string): string | undefined => {
    const said = value(key);
    return said?.kind === 'word' ? said.word : undefined;
  };
  const image = value('image');
  const chosenMesh = word('mesh') ?? mesh;
  return {
    ...rest,
    discovery: word('discovery') ?? system.discovery,
    mtls: word('mtls') === undefined ? system.mtls : word('mtls') === 'on',
    ...(image?.kind === 'string' ? { image: image.value } : {}),
    ...(chosenMesh === undefined || chosenMesh === 'none' ? {} : { mesh: chosenMesh }),
    settings: [...system.settings.filter(({ key }) => value(key) === undefined), ...settings],
  };
}

/** `url` is what concerns those who call an external. */
function moved(external: External, { settings }: Override): External {
  const url = settings.findLast(({ key }) => key === 'url');
  return url?.value.kind === 'string' ? { ...external, url: { value: url.value.value, at: url.at } } : external;
}

function reset(resource: Resource, { settings }: Override): Resource {
  const kept = resource.settings.filter(({ key }) => !settings.some((setting) => setting.key === key));
  return settings.length === 0 ? resource : { ...resource, settings: [...kept, ...settings] };
}

/** `host` is what concerns the objects of a gateway. */
function elsewhere(gateway: Gateway, override: Override): Gateway {
  const hosts = override.settings.flatMap(({ key, value, at }) =>
    key === 'host' && value.kind === 'string' ? [{ value: value.value, at }] : [],
  );
  return hosts.length === 0 ? gateway : { ...gateway, hosts };
}
