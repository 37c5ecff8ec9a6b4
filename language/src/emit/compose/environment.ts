import type { Auth, External, Model, Service } from '../../model/model.ts';
import { authKeys } from '../definition/auth.ts';
import { fieldShape } from '../definition/field-shape.ts';
import { literalToJson } from '../definition/literal.ts';
import { authsOf, neighboursOf, sorted } from '../definition/neighbours.ts';
import { authDefinition } from '../definition/service.ts';
import { connectionVariable } from '../kubernetes/environment.ts';
import { resourcesOf } from '../kubernetes/peers.ts';
import { portsOf } from '../kubernetes/ports.ts';
import { upperSnakeCase } from '../names.ts';
import { byText } from '../order.ts';
import type { Hosts } from './hosts.ts';
import { localPassword, serverFor } from './servers.ts';

/** Where probes and metrics of a service without HTTP answer; undefined where its HTTP port does. */
export const adminPort = (model: Model, service: Service): number | undefined =>
  service.http === undefined ? portsOf(model, service).metrics : undefined;

/** The environment of a service in its container, as the runtime reads it; sorted by name. */
export function environmentOf(model: Model, service: Service, hosts: Hosts): Readonly<Record<string, string>> {
  const ours = service.image === undefined;
  const admin = adminPort(model, service);
  const entries = [
    ...(ours ? [...neighbours(model, service, hosts), ...callers(model, service)] : variables(model, service)),
    ...(admin === undefined ? [] : [['WEIR_ADMIN_PORT', `${admin}`] as const]),
    ...required(model, service),
    ...resources(model, service, hosts),
  ];
  return Object.fromEntries(entries.toSorted(([a], [b]) => byText(a, b)));
}

type Variable = readonly [name: string, value: string];

/** Compose takes a dollar for the beginning of a variable. */
const literal = (text: string): string => text.replaceAll('$', '$$$$');

/** A value that the environment of whoever starts the containers, or the file `.env`, may replace. */
const unlessGiven = (name: string, value: string): Variable => [name, `\${${name}:-${literal(value)}}`];

/** One that only they know. */
const asked = (name: string, what: string): Variable => [name, `\${${name}:?${literal(what.replace(/[{}]/g, ''))}}`];

/** Other services by their names, whatever finds them in production; what others run by its url. */
function neighbours(model: Model, service: Service, hosts: Hosts): Variable[] {
  const targets = [...neighboursOf(model, service).clients.values()].map(({ target }) => target);
  return sorted(targets).flatMap((target) => {
    if (target.kind === 'external') return outside(target);
    return (['grpc', 'http'] as const).flatMap((transport): Variable[] => {
      const port = target[transport]?.value;
      const name = `WEIR_${upperSnakeCase(target.name)}_${transport.toUpperCase()}`;
      return port === undefined ? [] : [[name, `${hosts.nameOf(target)}:${port}`]];
    });
  });
}

function outside({ name, url }: External): Variable[] {
  return url === undefined ? [] : [unlessGiven(`WEIR_${upperSnakeCase(name)}_HTTP`, url.value)];
}

/** Who may call: keys for this machine only, and where the keys are that tokens are checked with. */
function callers(model: Model, service: Service): Variable[] {
  const keys = authKeys(model);
  return authsOf(model, service).flatMap((auth) =>
    credentials(auth, `WEIR_AUTH_${upperSnakeCase(keys.get(auth.id) ?? auth.name)}`),
  );
}

function credentials(auth: Auth, prefix: string): Variable[] {
  const definition = authDefinition(auth);
  switch (definition.kind) {
    case 'jwt':
      return [unlessGiven(`${prefix}_ISSUER`, definition.issuer), unlessGiven(`${prefix}_JWKS`, definition.jwks)];
    case 'key':
      return [unlessGiven(`${prefix}_KEYS`, 'local:local-key')];
    case 'mtls':
      return [];
  }
}

/** Values of the configuration that have no default, and secrets. */
function required(model: Model, service: Service): Variable[] {
  const prefix = prefixOf(service);
  return service.config.flatMap(({ name, type, default: value, docs }): Variable[] => {
    const variable = `${prefix}${upperSnakeCase(name)}`;
    if (type === 'secret') return [unlessGiven(variable, localPassword)];
    if (value !== undefined) return [];
    const what =
      docs?.split('\n', 1)[0] ?? `the setting ${name} of ${service.name}, of the type ${fieldShape(model, type).type}`;
    return [asked(variable, what)];
  });
}

const prefixOf = (service: Service): string =>
  service.image === undefined ? `WEIR_${upperSnakeCase(service.name)}_` : '';

/** An image of one's own knows no defaults of ours. */
function variables(model: Model, service: Service): Variable[] {
  return service.config.flatMap(({ name, type, default: value }): Variable[] => {
    if (type === 'secret' || value === undefined) return [];
    const json = literalToJson(value, fieldShape(model, type).type);
    return [[upperSnakeCase(name), literal(typeof json === 'string' ? json : JSON.stringify(json))]];
  });
}

function resources(model: Model, service: Service, hosts: Hosts): Variable[] {
  return resourcesOf(model, service).map((resource): Variable => {
    const name = connectionVariable(model, service, resource);
    const server = serverFor(resource);
    if (server === undefined) return asked(name, `where a ${resource.type.value} server is, for ${resource.name}`);
    return [name, server.url(hosts.nameOf(resource))];
  });
}
