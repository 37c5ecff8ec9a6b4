import type * as ast from '../grammar/generated/ast.ts';
import { deploy } from './build-deploy.ts';
import { applies, auths, ofType, partsOf, refs } from './build-operations.ts';
import { parts } from './build-policies.ts';
import type { Reader } from './build-reader.ts';
import { settings, settingsOf } from './build-services.ts';
import { declared, literal } from './build-types.ts';
import {
  type Auth,
  type Context,
  type Environment,
  type Gateway,
  type Override,
  type Policy,
  type Relation,
  relationKinds,
  type Setting,
  type System,
} from './model.ts';

export function policy(reader: Reader, node: ast.Policy): Policy | undefined {
  const base = declared(reader, node);
  return (
    base && {
      kind: 'policy',
      ...base,
      ...(node.base ? { extends: reader.ref(node, 'base', node.base) } : {}),
      parts: parts(reader, node.parts),
    }
  );
}

/** What each kind of auth may say; the first has to be said. */
export const authSettings = {
  jwt: ['issuer', 'audience', 'jwks'],
  key: ['header'],
  mtls: ['peers'],
} as const;

export function auth(reader: Reader, node: ast.Auth): Auth | undefined {
  const base = declared(reader, node);
  const type = base && reader.word(node, 'type', ['jwt', 'key', 'mtls'], 'kind of auth');
  if (!base || !type) return undefined;
  const written = settingsOf(reader, node.settings, authSettings[type], `\`auth\` by ${type}`);
  for (const { key, value } of written) {
    if (value.kind === 'string' || key === 'peers') continue;
    reader.problem('syntax', `\`${key}\` is a string in double quotes`, value.at);
  }
  if (type === 'jwt' && written.length === node.settings.length && !written.some(({ key }) => key === 'issuer')) {
    reader.problem('syntax', '`auth` by jwt needs `issuer`', base.at, 'Write `issuer "https://id.shop.example"`.');
  }
  return { kind: 'auth', ...base, type: { value: type, at: reader.at(node, 'type') }, settings: written };
}

export function gateway(reader: Reader, node: ast.Gateway): Gateway | undefined {
  const base = declared(reader, node);
  if (!base) return undefined;
  const ports = reader.once(ofType(node.members, 'PortMember'), 'port');
  const port = ports && reader.quantity(ports, 'value', 'count');
  const tls = reader.once(ofType(node.members, 'TlsMember'), 'tls');
  return {
    kind: 'gateway',
    ...base,
    hosts: ofType(node.members, 'HostMember').flatMap((host) =>
      host.values.map((value, index) => ({ value, at: reader.at(host, 'values', index) })),
    ),
    ...(port === undefined ? {} : { port }),
    tls: tls !== undefined && !tls.none,
    serves: ofType(node.members, 'Serves').flatMap((serves) =>
      refs(reader, serves, 'targets', serves.targets).map((target) => ({ target })),
    ),
    auth: auths(reader, ofType(node.members, 'AuthUse')),
    apply: applies(reader, ofType(node.members, 'Apply')),
    parts: partsOf(reader, node.members),
  };
}

export function context(reader: Reader, node: ast.BoundedContext): Context | undefined {
  const base = declared(reader, node);
  return (
    base && {
      kind: 'context',
      ...base,
      services: node.members.flatMap((member) => refs(reader, member, 'services', member.services)),
    }
  );
}

export function relation(reader: Reader, node: ast.Relation): Relation | undefined {
  if (!node.from || !node.to || node.kind === undefined) return undefined;
  const kind = reader.word(node, 'kind', relationKinds, 'relation') ?? node.kind;
  return {
    from: reader.ref(node, 'from', node.from),
    to: reader.ref(node, 'to', node.to),
    kind: { value: kind, at: reader.at(node, 'kind') },
    allows: reader.allows(node.annotations),
    at: reader.extent(node),
  };
}

/** Settings of the system that have a closed set of values. */
export const systemWords: Readonly<Record<string, readonly string[]>> = {
  discovery: ['static', 'dns', 'consul', 'etcd', 'zookeeper', 'eureka', 'nacos', 'mdns'],
  mtls: ['on', 'off'],
  mesh: ['istio', 'linkerd', 'none'],
  autoscaler: ['hpa', 'keda'],
  rollouts: ['flagger', 'argo'],
  monitoring: ['prometheus'],
  certificates: ['cert-manager'],
  gateways: ['envoy', 'istio'],
};

/** Settings of the system that are texts, each with one that might stand there. */
export const systemTexts: Readonly<Record<string, string>> = {
  image: 'registry.example/{service}:{version}',
  namespace: 'name',
  'gateway-class': 'name',
  issuer: 'letsencrypt',
  prometheus: 'http://prometheus.monitoring:9090',
};

const systemKeys = [...Object.keys(systemWords), ...Object.keys(systemTexts)];

export function system(reader: Reader, node: ast.System): System | undefined {
  const base = declared(reader, node);
  if (!base) return undefined;
  const written = systemSettings(reader, ofType(node.members, 'Setting'));
  const defaults = reader.once(ofType(node.members, 'Defaults'), 'defaults');
  const image = written.find((setting) => setting.key === 'image')?.value;
  const mesh = word(written, 'mesh');
  return {
    kind: 'system',
    ...base,
    ...(image?.kind === 'string' ? { image: image.value } : {}),
    discovery: word(written, 'discovery') ?? 'static',
    mtls: word(written, 'mtls') === 'on',
    ...(mesh === undefined || mesh === 'none' ? {} : { mesh }),
    defaults: parts(reader, defaults?.parts ?? []),
    settings: written,
    environments: ofType(node.members, 'Environment').flatMap((member) => environment(reader, member)),
  };
}

function word(written: readonly Setting[], key: string): string | undefined {
  const value = written.find((setting) => setting.key === key)?.value;
  return value?.kind === 'word' ? value.word : undefined;
}

/** The settings whose key and value mean something; others are noted. */
function systemSettings(reader: Reader, nodes: readonly ast.Setting[]): readonly Setting[] {
  return nodes.flatMap((node) => {
    if (reader.word(node, 'key', systemKeys, 'setting of a system') === undefined) return [];
    const allowed = systemWords[node.key];
    if (allowed && node.value?.$type === 'WordLiteral') {
      if (reader.word(node.value, 'word', allowed, `value of \`${node.key}\``) === undefined) return [];
    } else if (allowed && node.value) {
      reader.problem('syntax', `\`${node.key}\` is one of ${allowed.join(', ')}`, reader.extent(node.value));
      return [];
    } else if (!allowed && node.value && node.value.$type !== 'StringLiteral') {
      reader.problem('syntax', `\`${node.key}\` is a string in double quotes`, reader.extent(node.value));
      return [];
    }
    return settings(reader, [node]);
  });
}

function environment(reader: Reader, node: ast.Environment): readonly Environment[] {
  if (!node.name) return [];
  return [
    {
      ...reader.member(node),
      settings: systemSettings(reader, ofType(node.members, 'Setting')),
      overrides: ofType(node.members, 'Override').flatMap((member) => override(reader, member)),
    },
  ];
}

function override(reader: Reader, node: ast.Override): readonly Override[] {
  if (!node.target) return [];
  const deployed = node.members.filter(
    (member): member is ast.DeployMember => member.$type !== 'ConfigValues' && member.$type !== 'Setting',
  );
  return [
    {
      target: reader.ref(node, 'target', node.target),
      deploy: deploy(reader, deployed, reader.extent(node)),
      config: ofType(node.members, 'ConfigValues')
        .flatMap((values) => values.entries)
        .flatMap((entry) => {
          const value = entry.value && literal(reader, entry.value);
          return entry.name && value ? [{ name: entry.name, value, at: reader.extent(entry) }] : [];
        }),
      settings: settings(reader, ofType(node.members, 'Setting')),
    },
  ];
}
