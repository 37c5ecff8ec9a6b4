import type { Auth, External, Model, Resource, Service } from '../../model/model.ts';
import { authKeys } from '../definition/auth.ts';
import { authsOf, neighboursOf, sorted } from '../definition/neighbours.ts';
import { upperSnakeCase } from '../names.ts';
import { isBalanced, transportTo } from './balancing.ts';
import { certificateFolder, hasCertificates } from './certificates.ts';
import { authKeysName, connectionName, objectName, podsName, secretName } from './names.ts';
import { gatewaysOf, resourcesOf } from './peers.ts';
import { durationText } from './policies.ts';
import { portsOf } from './ports.ts';

/** A variable of a container: a value, or a key of a Secret that somebody provides. */
export type EnvironmentVariable = { readonly name: string } & (
  | { readonly value: string; readonly secret?: never }
  | { readonly secret: { readonly name: string; readonly key: string }; readonly purpose: string }
);

/** What a service's container is told by its environment, sorted by kind and name. */
export function environmentOf(model: Model, service: Service): readonly EnvironmentVariable[] {
  return [
    ...(service.image === undefined ? ourVariables(model, service) : []),
    ...secrets(service),
    ...resourcesOf(model, service).map((resource) => connection(model, service, resource)),
    ...keyAuthsOf(model, service).map((auth) => keysOf(model, auth)),
  ];
}

/**
 * Whose word counts for where a call comes from, so that `client.ip` is not the gateway's own: addresses that no packet from
 * outside has, as names of proxy-addr, and what providers give to pods beside them (RFC 6598).
 */
const insideOfClusters = 'loopback, linklocal, uniquelocal, 100.64.0.0/10';

/** What our runtime is told of the pod around it, and of where the others are. */
function ourVariables(model: Model, service: Service): EnvironmentVariable[] {
  const { metrics } = portsOf(model, service);
  const drain = service.deploy?.drain?.value;
  const targets = [...neighboursOf(model, service).clients.values()].map(({ target }) => target);
  return [
    ...(metrics === undefined ? [] : [{ name: 'WEIR_ADMIN_PORT', value: `${metrics}` }]),
    ...(drain === undefined ? [] : [{ name: 'WEIR_DRAIN', value: durationText(drain) }]),
    ...(service.http !== undefined && gatewaysOf(model, service).length > 0
      ? [{ name: 'WEIR_TRUSTED_PROXIES', value: insideOfClusters }]
      : []),
    ...(hasCertificates(model) ? [{ name: 'WEIR_TLS_DIR', value: certificateFolder }] : []),
    ...sorted(targets).flatMap((target) =>
      target.kind === 'service' ? addressOf(model, service, target) : urlOf(target),
    ),
  ];
}

/**
 * Where a service is that this one calls. With DNS the runtime finds it by its name; it is told where that is not enough:
 * all its pods, another way to find services, another spelling of the name, no TLS.
 */
function addressOf(model: Model, from: Service, to: Service): EnvironmentVariable[] {
  const transport = transportTo(to);
  const port = to[transport]?.value;
  if (port === undefined) return [];
  const name = `WEIR_${upperSnakeCase(to.name)}`;
  const address = (value: string): EnvironmentVariable => ({ name: `${name}_${transport.toUpperCase()}`, value });
  const host = objectName(to.name);
  if (isBalanced(model, from, to)) {
    // Pods are reached by their IP addresses, which stand in no certificate.
    const identity = hasCertificates(model) ? [{ name: `${name}_TLS_NAME`, value: host }] : [];
    return [address(`dns:///${podsName(to.name)}:${port}`), ...identity];
  }
  if (to.image !== undefined && hasCertificates(model)) return [address(`http://${host}:${port}`)];
  const discovery = model.systems[0]?.discovery ?? 'static';
  const found = discovery === 'dns' ? host === to.name : discovery !== 'static';
  return found ? [] : [address(`${host}:${port}`)];
}

/** An environment may have another than the code knows. */
function urlOf({ name, url }: External): EnvironmentVariable[] {
  return url ? [{ name: `WEIR_${upperSnakeCase(name)}_HTTP`, value: url.value }] : [];
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

/** The variable that says where a resource is: for our runtime by the name under which handlers know it. */
export function connectionVariable(model: Model, service: Service, resource: Resource): string {
  if (service.image !== undefined) return `${upperSnakeCase(resource.name)}_URL`;
  const known = neighboursOf(model, service).resourceKeys.get(resource.id);
  return `WEIR_${upperSnakeCase(known ?? resource.name)}_URL`;
}

function connection(model: Model, service: Service, resource: Resource): EnvironmentVariable {
  return {
    name: connectionVariable(model, service, resource),
    secret: { name: connectionName(resource.name), key: 'url' },
    purpose: `where ${resource.name} is: the URL of a ${resource.type.value} server`,
  };
}

const keyAuthsOf = (model: Model, service: Service): readonly Auth[] =>
  service.image === undefined ? authsOf(model, service).filter(({ type }) => type.value === 'key') : [];

function keysOf(model: Model, auth: Auth): EnvironmentVariable {
  const known = authKeys(model).get(auth.id) ?? auth.name;
  return {
    name: `WEIR_AUTH_${upperSnakeCase(known)}_KEYS`,
    secret: { name: authKeysName(known), key: 'keys' },
    purpose: `who may call with ${auth.name}: \`name:key\` pairs with commas between them`,
  };
}
