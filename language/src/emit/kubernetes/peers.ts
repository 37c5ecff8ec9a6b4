import { indexOf } from '../../model/index-of.ts';
import type { External, Gateway, Model, Resource, Service } from '../../model/model.ts';
import { authsOf, neighboursOf, sorted } from '../definition/neighbours.ts';

/** Two services of which one may call the other (or other pods of itself), and on which ports of the callee. */
export interface Edge {
  readonly from: Service;
  readonly to: Service;
  readonly ports: readonly number[];
}

interface Edges {
  readonly all: readonly Edge[];
  /** By the ids of those who call, and of those who are called. */
  readonly from: ReadonlyMap<string, readonly Edge[]>;
  readonly to: ReadonlyMap<string, readonly Edge[]>;
}

const known = new WeakMap<Model, Edges>();

/** Made once for each model. */
function edgesIn(model: Model): Edges {
  let edges = known.get(model);
  if (!edges) {
    const all = sorted(model.services).flatMap((from) =>
      calleesOf(model, from).map((to) => ({ from, to, ports: portsBetween(from, to) })),
    );
    edges = { all, from: Map.groupBy(all, ({ from }) => from.id), to: Map.groupBy(all, ({ to }) => to.id) };
    known.set(model, edges);
  }
  return edges;
}

/** All edges between services, sorted. */
export const edgesOf = (model: Model): readonly Edge[] => edgesIn(model).all;

/** Those over which a service calls others. */
export const edgesFrom = (model: Model, { id }: Service): readonly Edge[] => edgesIn(model).from.get(id) ?? [];

/** Those over which others call a service. */
export const edgesTo = (model: Model, { id }: Service): readonly Edge[] => edgesIn(model).to.get(id) ?? [];

/** What handlers call or fall back on, and what readiness asks; what is written elsewhere may call all that it uses. */
function calleesOf(model: Model, from: Service): readonly Service[] {
  const clients = [...neighboursOf(model, from).clients.values()].map(({ target }) => target);
  const { services } = indexOf(model);
  const used = from.image === undefined ? [] : from.uses.flatMap(({ target }) => services.get(target.id ?? '') ?? []);
  return sorted([...clients.filter((target) => target.kind === 'service'), ...used]);
}

/** Our clients, and readiness, take gRPC where there is one, else HTTP; others may take either. */
function portsBetween(from: Service, to: Service): readonly number[] {
  const ports = [to.grpc?.value, to.http?.value].filter((port) => port !== undefined);
  return from.image === undefined ? ports.slice(0, 1) : ports;
}

const knownGateways = new WeakMap<Model, ReadonlyMap<string, readonly Gateway[]>>();

/** The gateways that serve a service, or one of its operations: made once for each model. */
export function gatewaysOf(model: Model, service: Service): readonly Gateway[] {
  let gateways = knownGateways.get(model);
  if (!gateways) {
    gateways = gatewaysByService(model);
    knownGateways.set(model, gateways);
  }
  return gateways.get(service.id) ?? [];
}

function gatewaysByService(model: Model): ReadonlyMap<string, readonly Gateway[]> {
  const { operations } = indexOf(model);
  const found = new Map<string, Set<Gateway>>();
  for (const gateway of sorted(model.gateways)) {
    for (const { target } of gateway.serves) {
      if (target.id === undefined) continue;
      const service = operations.get(target.id)?.service ?? target.id;
      found.set(service, (found.get(service) ?? new Set()).add(gateway));
    }
  }
  return new Map([...found].map(([service, gateways]) => [service, [...gateways]]));
}

/** Resources that a service uses, or whose events it publishes or consumes. */
export function resourcesOf(model: Model, service: Service): readonly Resource[] {
  return sorted([...neighboursOf(model, service).resources.values()].map(({ target }) => target));
}

/** Ports of what is outside the cluster, or anywhere: resources, externals, and the keys of those who sign tokens. */
export function outsidePortsOf(model: Model, service: Service): readonly number[] {
  const { externals } = indexOf(model);
  const called = [...neighboursOf(model, service).clients.values()].flatMap(({ target }) =>
    target.kind === 'external' ? [target] : [],
  );
  const used =
    service.image === undefined ? [] : service.uses.flatMap((use) => externals.get(use.target.id ?? '') ?? []);
  const ports = [
    ...resourcesOf(model, service).flatMap(resourcePorts),
    ...[...called, ...used].flatMap(externalPorts),
    ...authsOf(model, service).flatMap(({ settings }) =>
      settings.flatMap(({ key, value }) => (key === 'jwks' && value.kind === 'string' ? urlPorts(value.value) : [])),
    ),
    ...registryPorts(model),
  ];
  return [...new Set(ports)].sort((a, b) => a - b);
}

const externalPorts = ({ url, grpc }: External): number[] => [
  ...(url ? urlPorts(url.value) : []),
  ...(grpc ? [grpc.value] : []),
];

/** The port of a URL, given or by its scheme; none of what is no URL. */
function urlPorts(text: string): number[] {
  if (!URL.canParse(text)) return [];
  const { port, protocol } = new URL(text);
  if (port !== '') return [Number(port)];
  switch (protocol) {
    case 'https:':
    case 'wss:':
    case 'grpcs:':
      return [443];
    case 'http:':
    case 'ws:':
      return [80];
    default:
      return [];
  }
}

/** Where servers listen unless told otherwise (IANA, or their own documentation). */
const wellKnownPorts: Readonly<Record<string, readonly number[]>> = {
  postgres: [5432],
  mysql: [3306],
  mariadb: [3306],
  sqlserver: [1433],
  oracle: [1521],
  mongodb: [27017],
  cassandra: [9042],
  cockroachdb: [26257],
  clickhouse: [8123, 9000],
  redis: [6379],
  valkey: [6379],
  memcached: [11211],
  elasticsearch: [9200],
  opensearch: [9200],
  nats: [4222],
  kafka: [9092],
  rabbitmq: [5672],
  pulsar: [6650],
  mqtt: [1883],
  etcd: [2379],
  zookeeper: [2181],
  consul: [8500],
  eureka: [8761],
  nacos: [8848, 9848],
  s3: [443],
  sqs: [443],
  pubsub: [443],
};

/** `port` of the resource, else what its kind usually listens on; HTTPS for a kind that is not known. */
export function resourcePorts({ type, settings }: Resource): readonly number[] {
  const given = settings.flatMap(({ key, value }) =>
    key === 'port' && value.kind === 'number' && Number.isSafeInteger(Number(value.text)) ? [Number(value.text)] : [],
  );
  return given.length > 0 ? given : (wellKnownPorts[type.value] ?? [443]);
}

/** A registry that is asked where services are. */
function registryPorts(model: Model): readonly number[] {
  const discovery = model.systems[0]?.discovery ?? 'static';
  return ['consul', 'etcd', 'zookeeper', 'eureka', 'nacos'].includes(discovery)
    ? (wellKnownPorts[discovery] ?? [])
    : [];
}
