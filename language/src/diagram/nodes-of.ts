import { gatewayPolicy } from '../model/effective-policy.ts';
import type { Context, EventMessage, External, Gateway, Model, Resource, Service } from '../model/model.ts';
import { resourceKind } from '../model/resource-kind.ts';
import type { DiagramGroup, DiagramNode, NodeKind } from './graph.ts';
import { counted, listed, shortDuration, shortSize } from './quantities.ts';

type Drawn = Service | Resource | External | EventMessage | Gateway | Context;

function node(
  declared: Drawn,
  kind: NodeKind,
  rest: { lines: (string | undefined)[]; badges?: string[]; group?: string | undefined },
): DiagramNode {
  return {
    id: `${declared.kind}:${declared.id}`,
    kind,
    name: declared.name,
    lines: rest.lines.filter((line) => line !== undefined && line !== '') as string[],
    badges: rest.badges ?? [],
    ...(rest.group === undefined ? {} : { group: rest.group }),
    ...(declared.docs === undefined ? {} : { docs: declared.docs }),
    ...(declared.deprecated === undefined ? {} : { deprecated: declared.deprecated }),
    at: declared.at,
  };
}

export function serviceNode(service: Service, contextOf: ReadonlyMap<string, string>): DiagramNode {
  return node(service, 'service', {
    lines: [
      listed(service.version && `v${service.version.value}`, service.owner),
      listed(
        service.operations.length > 0 && counted(service.operations.length, 'operation'),
        service.consumers.length > 0 && counted(service.consumers.length, 'handler'),
      ),
    ],
    badges: [
      ...(service.http ? [`HTTP ${service.http.value}`] : []),
      ...(service.grpc ? [`gRPC ${service.grpc.value}`] : []),
      ...(service.image === undefined ? [] : ['own image']),
    ],
    group: contextOf.get(`service:${service.id}`),
  });
}

/** At most so many operations stand in a node. */
const operationsShown = 12;

/** Of each service that has any its operations, as `Place  POST /orders`; the rest of many is counted. */
export function operationsByService(model: Model): ReadonlyMap<string, readonly string[]> {
  return new Map(
    model.services.flatMap(({ id, operations }) => {
      const rows = operations.map(({ name, routes: [route] }) =>
        route === undefined ? name : `${name} · ${route.method} ${route.path}`,
      );
      const more = rows.length > operationsShown ? [`and ${rows.length - operationsShown + 1} more`] : [];
      const shown = more.length > 0 ? rows.slice(0, operationsShown - 1) : rows;
      return rows.length === 0 ? [] : [[`service:${id}`, [...shown, ...more]] as const];
    }),
  );
}

export function resourceNode(resource: Resource, contextOf: ReadonlyMap<string, string>): DiagramNode {
  return node(resource, resourceKind(resource.type.value), {
    lines: [resourceLine(resource)],
    group: contextOf.get(`resource:${resource.id}`),
  });
}

const resourceLine = (resource: Resource): string =>
  listed(
    [resource.type.value, resource.version].filter((part) => part !== undefined).join(' '),
    resource.storage !== undefined && shortSize(resource.storage),
  );

export function externalNode(external: External): DiagramNode {
  return node(external, 'external', {
    lines: [
      external.url && hostOf(external.url.value),
      listed(
        external.availability && `${external.availability.value}%`,
        external.latency && `p${external.latency.percentile} ${shortDuration(external.latency.ms)}`,
      ),
    ],
  });
}

const hostOf = (url: string): string => /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(url)?.[1] ?? url;

export function eventNode(event: EventMessage, brokers: ReadonlySet<string>): DiagramNode {
  const broker = event.on?.id;
  return node(event, 'event', {
    lines: [event.key && `key ${event.key.value}`],
    group: broker !== undefined && brokers.has(broker) ? `resource:${broker}` : undefined,
  });
}

export function gatewayNode(model: Model, gateway: Gateway): DiagramNode {
  const { limit } = gatewayPolicy(model, gateway);
  return node(gateway, 'gateway', {
    lines: [
      gateway.hosts.map(({ value }) => value).join(', '),
      listed(
        gateway.tls && 'TLS',
        limit && `${limit.value.rate}/s`,
        gateway.port !== undefined && `port ${gateway.port}`,
      ),
    ],
  });
}

export function contextGroup(context: Context): DiagramGroup {
  return { ...group(context), kind: 'context' };
}

export function brokerGroup(resource: Resource): DiagramGroup {
  return { ...group(resource), kind: 'broker', subtitle: resourceLine(resource) };
}

function group(declared: Drawn): Omit<DiagramGroup, 'kind'> {
  const { id, name, docs, at } = declared;
  return { id: `${declared.kind}:${id}`, name, ...(docs === undefined ? {} : { docs }), at };
}
