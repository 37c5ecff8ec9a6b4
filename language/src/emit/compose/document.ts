import { defaultDrain } from '../../model/deploy-defaults.ts';
import type { Model, Resource, Service } from '../../model/model.ts';
import type { EmitOptions } from '../emitter.ts';
import { resourcesOf } from '../kubernetes/peers.ts';
import { kebabCase } from '../names.ts';
import { folderOf } from '../typescript/service-names.ts';
import { adminPort, environmentOf } from './environment.ts';
import { type Hosts, hostsOf } from './hosts.ts';
import { serverFor } from './servers.ts';

/** A Compose file. https://github.com/compose-spec/compose-spec/blob/main/spec.md */
export function composeDocument(model: Model, options: EmitOptions): object {
  const hosts = hostsOf(model);
  const known = hosts.resources.filter((resource) => serverFor(resource) !== undefined);
  const ports = portsOf(hosts.services);
  const volumes = known.filter((resource) => serverFor(resource)?.data !== undefined).map(hosts.nameOf);
  return {
    name: kebabCase(model.systems[0]?.name ?? 'weir'),
    services: {
      ...Object.fromEntries(known.map((resource) => [hosts.nameOf(resource), resourceContainer(resource, hosts)])),
      ...Object.fromEntries(
        hosts.services.map((service) => [
          hosts.nameOf(service),
          serviceContainer(model, service, hosts, options, ports.get(service) ?? []),
        ]),
      ),
    },
    networks: { default: { driver: 'bridge' } },
    ...(volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes.map((name) => [name, {}])) }),
  };
}

/** Often enough that nobody waits for it, patient enough for a first start. */
const health = { interval: '2s', timeout: '5s', retries: 15, start_period: '30s' };

function resourceContainer(resource: Resource, hosts: Hosts): object {
  const server = serverFor(resource);
  const name = hosts.nameOf(resource);
  const environment = server?.environment?.(name);
  return {
    image: server?.image,
    ...(server?.command ? { command: server.command } : {}),
    ...(environment ? { environment } : {}),
    ...(server?.data === undefined ? {} : { volumes: [`${name}:${server.data}`] }),
    healthcheck: { test: ['CMD', ...(server?.healthy ?? [])], ...health },
    restart: 'unless-stopped',
  };
}

function serviceContainer(
  model: Model,
  service: Service,
  hosts: Hosts,
  options: EmitOptions,
  ports: readonly string[],
): object {
  const ours = service.image === undefined;
  const environment = environmentOf(model, service, hosts);
  const needs = resourcesOf(model, service).filter((resource) => serverFor(resource) !== undefined);
  return {
    ...(ours ? { build: buildOf(model, service, options) } : { image: imageOf(service) }),
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
    ...(ports.length === 0 ? {} : { ports }),
    ...(needs.length === 0
      ? {}
      : {
          depends_on: Object.fromEntries(
            needs.map((resource) => [hosts.nameOf(resource), { condition: 'service_healthy' }]),
          ),
        }),
    ...(ours ? { healthcheck: { test: ['CMD', 'node', '--eval', probe(model, service)], ...health } } : {}),
    // As in production: nothing is written but below /tmp, and no right is left that a service does not need.
    ...(ours ? { read_only: true, tmpfs: ['/tmp'] } : {}),
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    stop_grace_period: `${Math.ceil((service.deploy?.drain?.value ?? defaultDrain) / 1000) + 5}s`,
    restart: 'unless-stopped',
  };
}

/** The project's root, from the folder of this file. */
function buildOf(model: Model, service: Service, { out, services }: EmitOptions): object {
  const root = out
    .split('/')
    .map(() => '..')
    .join('/');
  return { context: root, dockerfile: `${folderOf(model, service, services)}/Dockerfile` };
}

const imageOf = ({ image, name, version }: Service): string =>
  (image ?? '').replace(/\{(\w+)\}/g, (whole, key: string) => {
    if (key === 'service') return kebabCase(name);
    return key === 'version' ? (version?.value ?? '0.0.0') : whole;
  });

/** Images of services hold no shell and no curl, but they hold Node. */
function probe(model: Model, service: Service): string {
  const { http, health } = service;
  const url = `http://127.0.0.1:${http?.value ?? adminPort(model, service)}${health.ready?.path ?? '/readyz'}`;
  return `fetch('${url}').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;
}

/** Each port as it is declared, for this machine only; one that another service has got, at any free one. */
function portsOf(services: readonly Service[]): ReadonlyMap<Service, readonly string[]> {
  const taken = new Set<number>();
  return new Map(
    services.map((service) => [
      service,
      [service.http?.value, service.grpc?.value].flatMap((port) => {
        if (port === undefined) return [];
        const free = !taken.has(port);
        taken.add(port);
        return [free ? `127.0.0.1:${port}:${port}` : `127.0.0.1::${port}`];
      }),
    ]),
  );
}
