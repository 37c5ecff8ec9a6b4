import type * as ast from '../grammar/generated/ast.ts';
import { deploy } from './build-deploy.ts';
import { applies, auths, consumer, ofType, operation, partsOf, publishes, refs } from './build-operations.ts';
import { percentileOf, policyUse } from './build-policies.ts';
import type { Reader } from './build-reader.ts';
import { constraints, declared, literal, typeExpression } from './build-types.ts';
import type { ConfigEntry, External, Place, Probe, Resource, Service, Setting, Slo, Uses } from './model.ts';
import { knownSettings } from './problems-of.ts';
import { quantity } from './quantity.ts';

export function service(reader: Reader, node: ast.Service): Service | undefined {
  const base = declared(reader, node);
  if (!base) return undefined;
  const { members } = node;
  const version = reader.once(ofType(members, 'VersionMember'), 'version');
  const owner = reader.once(ofType(members, 'OwnerMember'), 'owner')?.value;
  const image = reader.once(ofType(members, 'ImageMember'), 'image')?.value;
  const http = reader.once(ofType(members, 'HttpMember'), 'http');
  const httpPort = http && port(reader, http);
  const grpc = reader.once(ofType(members, 'GrpcMember'), 'grpc');
  const slo = reader.once(ofType(members, 'Slo'), 'slo');
  const deploys = reader.once(ofType(members, 'Deploy'), 'deploy');
  return {
    kind: 'service',
    ...base,
    ...(version?.value === undefined ? {} : { version: { value: version.value, at: reader.at(version, 'value') } }),
    ...(owner === undefined ? {} : { owner }),
    ...(image === undefined ? {} : { image }),
    ...(httpPort ? { http: httpPort } : {}),
    ...grpcPort(reader, grpc),
    uses: ofType(members, 'Uses').flatMap((use) => uses(reader, use)),
    config: ofType(members, 'Config').flatMap((config) =>
      config.entries.flatMap((entry) => configEntry(reader, entry)),
    ),
    ...(slo ? { slo: serviceLevel(reader, slo) } : {}),
    auth: auths(reader, ofType(members, 'AuthUse')),
    apply: applies(reader, ofType(members, 'Apply')),
    parts: partsOf(reader, members),
    operations: ofType(members, 'Operation').flatMap((member) => operation(reader, member, base.id) ?? []),
    consumers: ofType(members, 'Consumer').flatMap((member) => consumer(reader, member, base.id) ?? []),
    health: health(reader, ofType(members, 'Health')),
    ...(deploys ? { deploy: deploy(reader, deploys.members, reader.extent(deploys)) } : {}),
  };
}

export function external(reader: Reader, node: ast.External): External | undefined {
  const base = declared(reader, node);
  if (!base) return undefined;
  const { members } = node;
  const url = reader.once(ofType(members, 'UrlMember'), 'url');
  const availability = reader.once(ofType(members, 'AvailabilityMember'), 'availability');
  const latency = reader.once(ofType(members, 'LatencyMember'), 'latency');
  const promised = availability && reader.placed(availability, 'value', 'percent');
  const percentile = latency?.value && promisedLatency(reader, latency.value);
  return {
    kind: 'external',
    ...base,
    ...(url?.value === undefined ? {} : { url: { value: url.value, at: reader.at(url, 'value') } }),
    ...grpcPort(reader, reader.once(ofType(members, 'GrpcMember'), 'grpc')),
    ...(promised ? { availability: promised } : {}),
    ...(percentile ? { latency: percentile } : {}),
    parts: partsOf(reader, members),
    operations: ofType(members, 'Operation').flatMap((member) => operation(reader, member, base.id) ?? []),
    publishes: publishes(reader, ofType(members, 'Publishes')),
  };
}

export function resource(reader: Reader, node: ast.Resource): Resource | undefined {
  const base = declared(reader, node);
  if (!base || !node.type) return undefined;
  const written = settings(reader, ofType(node.members, 'Setting'));
  const owner = reader.once(ofType(node.members, 'ResourceOwner'), 'owner');
  const version = written.find((setting) => setting.key === 'version')?.value;
  const storage = written.find((setting) => setting.key === 'storage')?.value;
  const size = storage && sizeOf(reader, storage);
  return {
    kind: 'resource',
    ...base,
    type: { value: node.type, at: reader.at(node, 'type') },
    ...(version && 'text' in version
      ? { version: version.text }
      : version?.kind === 'string'
        ? { version: version.value }
        : {}),
    ...(size === undefined ? {} : { storage: size }),
    ...(owner ? { owner: reader.ref(owner, 'owner', owner.owner) } : {}),
    settings: written.filter((setting) => setting.key !== 'version' && setting.key !== 'storage'),
  };
}

function sizeOf(reader: Reader, value: Setting['value']): number | undefined {
  if (!('text' in value)) return undefined;
  const read = quantity(value.text, 'bytes');
  if (read.wrong === undefined) return read.value;
  reader.problem('unit', read.wrong, value.at);
  return undefined;
}

/** Of `key value` pairs, those whose key means something; others are noted, and so is one that stands twice. */
export function settingsOf(
  reader: Reader,
  nodes: readonly ast.Setting[],
  keys: readonly string[],
  what: string,
): readonly Setting[] {
  const { known, problems } = knownSettings(settings(reader, nodes), keys, what);
  reader.problems.push(...problems);
  return known;
}

/** `key value` pairs. */
export function settings(reader: Reader, nodes: readonly ast.Setting[]): readonly Setting[] {
  return nodes.flatMap((node) => {
    const value = node.value && literal(reader, node.value);
    return value && node.key !== undefined ? [{ key: node.key, value, at: reader.extent(node) }] : [];
  });
}

function port(
  reader: Reader,
  node: ast.HttpMember | ast.GrpcMember,
): { readonly value: number; readonly at: Place } | undefined {
  const value = reader.quantity(node, 'port', 'count');
  if (value === undefined) return undefined;
  const at = reader.at(node, 'port');
  if (value >= 1 && value <= 65_535) return { value, at };
  reader.problem('unit', `${value} is no port: ports are 1..65535`, at);
  return undefined;
}

function grpcPort(reader: Reader, node: ast.GrpcMember | undefined): Pick<Service, 'grpc'> {
  const at = node && port(reader, node);
  const name = node && protoName(reader, node);
  return at ? { grpc: { ...at, ...(name === undefined ? {} : { as: name }) } } : {};
}

// fullIdent of https://protobuf.dev/reference/protobuf/proto3-spec/#identifiers
const protobufName = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/;

function protoName(reader: Reader, node: ast.GrpcMember): string | undefined {
  const { protoName: name } = node;
  if (name === undefined || protobufName.test(name)) return name;
  const hint = 'It is the package and the service: `grpc 9090 as "hipstershop.CartService"`.';
  reader.problem('syntax', `"${name}" is no name of a protobuf service`, reader.at(node, 'protoName'), hint);
  return undefined;
}

function uses(reader: Reader, node: ast.Uses): readonly Uses[] {
  const use = policyUse(reader, node.policy);
  const allows = reader.allows(node.annotations);
  const statement = reader.extent(node);
  return refs(reader, node, 'targets', node.targets).map((target) => ({
    target,
    ...(use ? { with: use } : {}),
    allows,
    statement,
  }));
}

function configEntry(reader: Reader, node: ast.ConfigEntry): readonly ConfigEntry[] {
  const type = node.secret ? 'secret' : node.type && typeExpression(reader, node.type);
  if (!node.name || type === undefined) return [];
  const value = node.value && literal(reader, node.value);
  if (node.type?.optional)
    reader.problem('syntax', 'a setting cannot be optional', reader.extent(node.type), 'Give it a `default` instead.');
  return [
    {
      ...reader.member(node),
      type,
      ...(value ? { default: value } : {}),
      hot: node.hot,
      constraints: constraints(reader, node.constraints),
    },
  ];
}

function serviceLevel(reader: Reader, node: ast.Slo): Slo {
  const availability =
    reader.onlyIndex(node, 'availability') === undefined ? undefined : reader.placed(node, 'availability', 'percent');
  const latency = node.latency[reader.onlyIndex(node, 'latency') ?? -1];
  const promised = latency && promisedLatency(reader, latency);
  const window = reader.onlyIndex(node, 'window') === undefined ? undefined : reader.placed(node, 'window', 'duration');
  return {
    ...(availability ? { availability } : {}),
    ...(promised ? { latency: promised } : {}),
    ...(window ? { window } : {}),
    at: reader.extent(node),
  };
}

/** `p99 400ms`. */
export function promisedLatency(
  reader: Reader,
  node: ast.Latency,
): { percentile: number; ms: number; at: Place } | undefined {
  const percentile = percentileOf(reader, node.percentile, () => reader.at(node, 'percentile'));
  const ms = reader.quantity(node, 'value', 'duration');
  return percentile === undefined || ms === undefined ? undefined : { percentile, ms, at: reader.extent(node) };
}

function health(reader: Reader, nodes: readonly ast.Health[]): Service['health'] {
  const probes = reader.once(nodes, 'health')?.probes ?? [];
  const found: { live?: Probe; ready?: Probe; startup?: Probe } = {};
  for (const kind of ['live', 'ready', 'startup'] as const) {
    const node = reader.once(
      probes.filter((candidate) => candidate.kind === kind),
      kind,
    );
    if (node) found[kind] = probe(reader, node);
  }
  return found;
}

function probe(reader: Reader, node: ast.Probe): Probe {
  const once = (property: 'timeout' | 'period') =>
    reader.onlyIndex(node, property) === undefined ? undefined : reader.placed(node, property, 'duration');
  const timeout = once('timeout');
  const period = once('period');
  const failures =
    reader.onlyIndex(node, 'failures') === undefined
      ? undefined
      : reader.quantity(node, 'failures', 'count', { least: 1 });
  return {
    ...(node.path === undefined ? {} : { path: node.path }),
    needs: refs(reader, node, 'needs', node.needs),
    ...(timeout ? { timeout } : {}),
    ...(period ? { period } : {}),
    ...(failures === undefined ? {} : { failures }),
    at: reader.extent(node),
  };
}
