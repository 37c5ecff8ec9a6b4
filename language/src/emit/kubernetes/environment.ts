import type { Auth, Model, Resource, Service } from '../../model/model.ts';
import { authsOf, neighboursOf, sorted } from '../definition/neighbours.ts';
import { upperSnakeCase } from '../names.ts';
import { authKeysName, connectionName, objectName, secretName } from './names.ts';

/** A variable of a container: a value, or a key of a Secret that somebody provides. */
export type EnvironmentVariable = { readonly name: string } & (
  | { readonly value: string; readonly secret?: never }
  | { readonly secret: { readonly name: string; readonly key: string }; readonly purpose: string }
);

/** What a service's container is told by its environment, sorted by kind and name. */
export function environmentOf(model: Model, service: Service): readonly EnvironmentVariable[] {
  return [
    ...addresses(model, service),
    ...secrets(service),
    ...resourcesOf(model, service).map((resource) => connection(resource, service)),
    ...keyAuthsOf(model, service).map(keysOf),
  ];
}

/** Resources that a service uses, or whose events it publishes or consumes. */
export function resourcesOf(model: Model, service: Service): readonly Resource[] {
  return sorted([...neighboursOf(model, service).resources.values()].map(({ target }) => target));
}

/**
 * Where the services are that this one calls. With DNS the runtime finds them by name; it is told where the system finds
 * its services otherwise, or where the name in DNS is spelt in another way.
 */
function addresses(model: Model, service: Service): EnvironmentVariable[] {
  if (service.image !== undefined) return [];
  const discovery = model.systems[0]?.discovery ?? 'static';
  const targets = [...neighboursOf(model, service).clients.values()].map(({ target }) => target);
  return sorted(targets).flatMap((target) => {
    const host = objectName(target.name);
    const found = discovery === 'dns' ? host === target.name : discovery !== 'static';
    if (target.kind !== 'service' || found) return [];
    const variable = (transport: 'grpc' | 'http'): EnvironmentVariable[] => {
      const port = target[transport]?.value;
      const name = `WEIR_${upperSnakeCase(target.name)}_${transport.toUpperCase()}`;
      return port === undefined ? [] : [{ name, value: `${host}:${port}` }];
    };
    return [...variable('grpc'), ...variable('http')];
  });
}

function secrets(service: Service): EnvironmentVariable[] {
  return service.config
    .filter(({ type }) => type === 'secret')
    .map(({ name, docs }) => ({
      name: `${prefixOf(service)}${upperSnakeCase(name)}`,
      secret: { name: secretName(service.name), key: name },
      purpose: docs ?? `\`${name}\` in the configuration of ${service.name}`,
    }));
}

/** Our runtime's variables have a prefix of their own; an image of one's own has plain names. */
const prefixOf = (service: Service): string =>
  service.image === undefined ? `WEIR_${upperSnakeCase(service.name)}_` : '';

function connection(resource: Resource, service: Service): EnvironmentVariable {
  return {
    name: `${service.image === undefined ? 'WEIR_' : ''}${upperSnakeCase(resource.name)}_URL`,
    secret: { name: connectionName(resource.name), key: 'url' },
    purpose: `where ${resource.name} is: the URL of a ${resource.type.value} server`,
  };
}

const keyAuthsOf = (model: Model, service: Service): readonly Auth[] =>
  service.image === undefined ? authsOf(model, service).filter(({ type }) => type.value === 'key') : [];

const keysOf = (auth: Auth): EnvironmentVariable => ({
  name: `WEIR_AUTH_${upperSnakeCase(auth.name)}_KEYS`,
  secret: { name: authKeysName(auth.name), key: 'keys' },
  purpose: `who may call with ${auth.name}: \`name:key\` pairs with commas between them`,
});
