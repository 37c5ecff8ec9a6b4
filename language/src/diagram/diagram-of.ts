import { type EffectivePolicy, effectivePolicy, gatewayPolicy } from '../model/effective-policy.ts';
import { indexOf } from '../model/index-of.ts';
import type {
  Consumer,
  Context,
  EventMessage,
  External,
  Gateway,
  Model,
  Operation,
  Place,
  Resource,
  Service,
} from '../model/model.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode, EdgeKind, NodeKind } from './graph.ts';
import { policyInWords, policyLabel } from './policy-label.ts';
import { counted, shortDuration, shortSize } from './quantities.ts';
import { resourceKind } from './resource-kind.ts';

export interface DiagramOptions {
  /** Instead of the system's name. */
  readonly title?: string;
  /**
   * Contexts to fold into one node each: their full names, `all`, or `auto` (the default): all of them when there are
   * more than 500 nodes.
   */
  readonly fold?: 'auto' | 'all' | readonly string[];
}

/** Above so many nodes nobody reads a picture, and layout takes seconds (measured in the design's `models.md`). */
const foldAbove = 500;

/**
 * The picture of a system: a node for each service, resource, external, event and gateway, a group for each context, and
 * an edge for each declared dependency. A partial model gives the part of the picture that it can; never throws.
 */
export function diagramOf(model: Model, options: DiagramOptions = {}): DiagramGraph {
  const contextOf = membership(model);
  const brokers = carriers(model);
  const nodes = [
    ...distinct(model.gateways).map((gateway) => gatewayNode(model, gateway)),
    ...distinct(model.services).map((service) => serviceNode(service, contextOf)),
    ...distinct(model.externals).map(externalNode),
    ...distinct(model.resources)
      .filter((resource) => !brokers.has(resource.id))
      .map((resource) => resourceNode(resource, contextOf)),
    ...distinct(model.events).map((event) => eventNode(event, brokers)),
  ];
  const groups = [
    ...distinct(model.contexts).map(contextGroup),
    ...distinct(model.resources)
      .filter((resource) => brokers.has(resource.id))
      .map(brokerGroup),
  ];
  const edges = joined(model, [...declaredEdges(model, brokers)]);
  const known = new Set([...nodes, ...groups].map(({ id }) => id));
  const graph: DiagramGraph = {
    title: options.title ?? model.systems[0]?.name ?? 'System',
    subtitle: summary(model),
    nodes: nodes.sort(byId),
    groups: groups.sort(byId),
    edges: edges.filter((edge) => known.has(edge.from) && known.has(edge.to)).sort(byId),
  };
  return fold(graph, options.fold ?? 'auto');
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** Of two declarations with one name the first counts; `duplicate-name` reports the other. */
function distinct<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.toReversed().map((item) => [item.id, item])).values()];
}

function summary(model: Model): string {
  const parts = [
    [model.services.length, 'service'],
    [model.resources.length, 'resource'],
    [model.events.length, 'event'],
    [model.externals.length, 'external'],
    [model.contexts.length, 'context'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => counted(count, noun))
    .join(' · ');
}

// ── who stands where ──────────────────────────────────────────────────────────────────────────────────────────────

/** The context of services and of the resources that only they use, by full name with its kind. */
function membership(model: Model): ReadonlyMap<string, string> {
  const contextOf = new Map<string, string>();
  for (const context of [...model.contexts].sort(byId)) {
    for (const { id } of context.services) {
      if (id !== undefined && !contextOf.has(`service:${id}`)) contextOf.set(`service:${id}`, `context:${context.id}`);
    }
  }
  for (const resource of model.resources) {
    const owner = contextOf.get(`service:${resource.owner?.id}`);
    const users = model.services.filter((service) =>
      service.uses.some(({ target, of }) => of === 'resource' && target.id === resource.id),
    );
    const contexts = new Set(users.map((user) => contextOf.get(`service:${user.id}`)));
    const only = contexts.size === 1 ? [...contexts][0] : undefined;
    const context = owner ?? only;
    if (context !== undefined) contextOf.set(`resource:${resource.id}`, context);
  }
  return contextOf;
}

/** Resources that carry an event: they are drawn as a frame around their events. */
function carriers(model: Model): ReadonlySet<string> {
  const known = indexOf(model).resources;
  return new Set(model.events.flatMap(({ on }) => (on?.id !== undefined && known.has(on.id) ? [on.id] : [])));
}

// ── nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

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

const listed = (...parts: (string | undefined | false)[]): string => parts.filter((part) => part).join(' · ');

function serviceNode(service: Service, contextOf: ReadonlyMap<string, string>): DiagramNode {
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

function resourceNode(resource: Resource, contextOf: ReadonlyMap<string, string>): DiagramNode {
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

function externalNode(external: External): DiagramNode {
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

function eventNode(event: EventMessage, brokers: ReadonlySet<string>): DiagramNode {
  const broker = event.on?.id;
  return node(event, 'event', {
    lines: [event.key && `key ${event.key.value}`],
    group: broker !== undefined && brokers.has(broker) ? `resource:${broker}` : undefined,
  });
}

function gatewayNode(model: Model, gateway: Gateway): DiagramNode {
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

function contextGroup(context: Context): DiagramGroup {
  return { ...group(context), kind: 'context' };
}

function brokerGroup(resource: Resource): DiagramGroup {
  return { ...group(resource), kind: 'broker', subtitle: resourceLine(resource) };
}

function group(declared: Drawn): Omit<DiagramGroup, 'kind'> {
  const { id, name, docs, at } = declared;
  return { id: `${declared.kind}:${id}`, name, ...(docs === undefined ? {} : { docs }), at };
}

// ── edges ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One declared dependency, before those between the same two are joined into one arrow. */
interface Strand {
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  readonly detail: string;
  readonly policy?: EffectivePolicy;
  readonly label?: string;
  readonly at: Place;
}

function* declaredEdges(model: Model, brokers: ReadonlySet<string>): Generator<Strand> {
  for (const service of distinct(model.services)) {
    for (const doing of [...service.operations, ...service.consumers]) {
      yield* callStrands(model, service, doing);
      yield* publishStrands(`service:${service.id}`, doing);
    }
    for (const consumer of service.consumers) yield* consumeStrands(service, consumer);
    yield* useStrands(model, service, brokers);
  }
  for (const external of distinct(model.externals)) yield* publishStrands(`external:${external.id}`, external);
  for (const gateway of distinct(model.gateways)) yield* serveStrands(model, gateway);
  for (const { from, to, kind, at } of model.relations) {
    yield {
      kind: 'relation',
      from: `context:${from.id}`,
      to: `context:${to.id}`,
      detail: kind.value,
      label: kind.value,
      at,
    };
  }
}

function* callStrands(model: Model, service: Service, doing: Operation | Consumer): Generator<Strand> {
  for (const item of doing.calls.flat()) {
    if (item.service === undefined) continue;
    const policy = effectivePolicy(model, doing, item);
    const how = listed(item.times > 1 && `up to ${item.times} times`, item.optional && 'perhaps');
    yield {
      kind: 'call',
      from: `service:${service.id}`,
      to: callee(model, item.service),
      detail: `${doing.name} → ${item.operation}${how && ` (${how})`}${withWords(policy)}`,
      policy,
      at: item.at,
    };
  }
}

const withWords = (policy: EffectivePolicy): string => {
  const words = policyInWords(policy);
  return words === '' ? '' : `: ${words}`;
};

const callee = (model: Model, id: string): string =>
  indexOf(model).services.has(id) ? `service:${id}` : `external:${id}`;

function* publishStrands(from: string, publisher: Pick<Operation, 'name' | 'publishes'>): Generator<Strand> {
  for (const { event, outbox, at } of publisher.publishes) {
    const label = outbox ? { label: 'outbox' } : {};
    yield {
      kind: 'publish',
      from,
      to: `event:${event.id}`,
      detail: `${publisher.name} publishes ${event.name}`,
      ...label,
      at,
    };
  }
}

function* consumeStrands(service: Service, consumer: Consumer): Generator<Strand> {
  yield {
    kind: 'consume',
    from: `event:${consumer.event.id}`,
    to: `service:${service.id}`,
    detail: `${consumer.name}: ${consumer.attempts} attempts, ${shortDuration(consumer.backoff.min)}..${shortDuration(consumer.backoff.max)} between them${consumer.deadLetter ? ', then dead-letter' : ''}`,
    label: listed(consumer.attempts > 1 && `×${consumer.attempts}`, consumer.deadLetter && 'dead-letter'),
    at: consumer.at,
  };
}

/** What `uses` declares: always for resources; for services and externals only where no operation calls them. */
function* useStrands(model: Model, service: Service, brokers: ReadonlySet<string>): Generator<Strand> {
  const called = new Set(
    [...service.operations, ...service.consumers].flatMap(({ calls }) => calls.flat().map((item) => item.service)),
  );
  const events = indexOf(model).events;
  const speaksTo = new Set(
    [
      ...service.operations.flatMap(({ publishes }) => publishes),
      ...service.consumers.flatMap((c) => [...c.publishes, c]),
    ].map(({ event }) => events.get(event.id ?? '')?.on?.id),
  );
  for (const { target, of, at } of service.uses.map((use) => ({ ...use, at: use.target.at }))) {
    if (target.id === undefined || of === undefined) continue;
    const from = `service:${service.id}`;
    if (of === 'resource') {
      // The arrows to its events already say that it uses the broker.
      if (!(brokers.has(target.id) && speaksTo.has(target.id))) {
        yield { kind: 'use', from, to: `resource:${target.id}`, detail: `uses ${target.name}`, at };
      }
    } else if (!called.has(target.id)) {
      yield { kind: 'call', from, to: `${of}:${target.id}`, detail: `uses ${target.name}; nothing calls it`, at };
    }
  }
}

function* serveStrands(model: Model, gateway: Gateway): Generator<Strand> {
  const { services, operations } = indexOf(model);
  for (const { target, of } of gateway.serves) {
    const operation = of === 'operation' ? operations.get(target.id ?? '') : undefined;
    const service = services.get(operation?.service ?? target.id ?? '');
    if (!service) continue;
    for (const { name, routes } of operation ? [operation] : service.operations) {
      for (const route of routes) {
        yield {
          kind: 'serve',
          from: `gateway:${gateway.id}`,
          to: `service:${service.id}`,
          detail: `${route.method} ${route.path} → ${name}`,
          at: target.at,
        };
      }
    }
    yield { kind: 'serve', from: `gateway:${gateway.id}`, to: `service:${service.id}`, detail: '', at: target.at };
  }
}

/** Strands of one kind between the same two become one edge. */
function joined(model: Model, strands: readonly Strand[]): DiagramEdge[] {
  const byEnds = Map.groupBy(strands, ({ kind, from, to }) => `${kind}:${from}->${to}`);
  return [...byEnds].map(([id, same]) => {
    const { kind, from, to } = same[0]!;
    const label = edgeLabel(kind, same);
    const transport = transportOf(model, kind, to);
    return {
      id,
      kind,
      from,
      to,
      ...(transport ? { transport } : {}),
      ...(label ? { label } : {}),
      details: [...new Set(same.map(({ detail }) => detail))].filter((detail) => detail !== '').sort(),
      at: same.map((strand) => strand.at).sort(byPlace)[0]!,
    };
  });
}

const byPlace = (a: Place, b: Place): number =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : a.start.line - b.start.line || a.start.column - b.start.column;

function edgeLabel(kind: EdgeKind, strands: readonly Strand[]): string | undefined {
  switch (kind) {
    case 'call':
      return policyLabel(strands.flatMap(({ policy }) => policy ?? []));
    case 'serve': {
      const routes = new Set(strands.map(({ detail }) => detail).filter((detail) => detail !== '')).size;
      return routes > 0 ? counted(routes, 'route') : undefined;
    }
    case 'use':
      return undefined;
    case 'publish':
    case 'consume':
    case 'relation':
      return [...new Set(strands.flatMap(({ label }) => label || []))].sort().join(', ');
  }
}

/** Clients speak gRPC where the callee does, else HTTP. */
function transportOf(model: Model, kind: EdgeKind, to: string): 'gRPC' | 'HTTP' | undefined {
  if (kind === 'serve') return 'HTTP';
  if (kind !== 'call') return undefined;
  const id = to.slice(to.indexOf(':') + 1);
  const { services, externals } = indexOf(model);
  const callee = to.startsWith('service:') ? services.get(id) : externals.get(id);
  if (callee?.grpc) return 'gRPC';
  return callee && (callee.kind === 'external' ? callee.url : callee.http) ? 'HTTP' : undefined;
}

// ── folding ───────────────────────────────────────────────────────────────────────────────────────────────────────

function fold(graph: DiagramGraph, wanted: 'auto' | 'all' | readonly string[]): DiagramGraph {
  if (wanted === 'auto' && graph.nodes.length <= foldAbove) return graph;
  const folded = new Set(
    graph.groups
      .filter(
        ({ kind, id }) =>
          kind === 'context' && (typeof wanted === 'string' || wanted.includes(id.slice('context:'.length))),
      )
      .map(({ id }) => id),
  );
  if (folded.size === 0) return graph;
  const into = new Map(
    graph.nodes.flatMap(({ id, group }) => (group !== undefined && folded.has(group) ? [[id, group]] : [])),
  );
  const contexts = graph.groups.filter(({ id }) => folded.has(id)).map((context) => foldedNode(context, graph.nodes));
  return {
    ...graph,
    nodes: [...graph.nodes.filter(({ id }) => !into.has(id)), ...contexts].sort(byId),
    groups: graph.groups.filter(({ id }) => !folded.has(id)),
    edges: foldedEdges(graph.edges, into),
  };
}

function foldedNode({ kind: _, subtitle: __, ...context }: DiagramGroup, nodes: readonly DiagramNode[]): DiagramNode {
  const members = nodes.filter(({ group }) => group === context.id);
  const services = members.filter(({ kind }) => kind === 'service').length;
  return {
    ...context,
    kind: 'context',
    lines: [
      listed(counted(services, 'service'), members.length > services && counted(members.length - services, 'resource')),
    ],
    badges: [],
  };
}

function foldedEdges(edges: readonly DiagramEdge[], into: ReadonlyMap<string, string>): DiagramEdge[] {
  const moved = edges.map((edge) => ({
    ...edge,
    from: into.get(edge.from) ?? edge.from,
    to: into.get(edge.to) ?? edge.to,
  }));
  const outside = moved.filter((edge, i) => edge.from !== edge.to || edges[i]!.from === edges[i]!.to);
  return [...Map.groupBy(outside, ({ kind, from, to }) => `${kind}:${from}->${to}`)]
    .map(([id, same]): DiagramEdge => {
      const [first] = same;
      if (same.length === 1 && first) return { ...first, id };
      const { label: _, transport: __, ...rest } = first!;
      const details = [...new Set(same.flatMap((edge) => edge.details))].sort();
      return {
        ...rest,
        id,
        label: counted(details.length, rest.kind === 'relation' ? 'relation' : rest.kind),
        details,
      };
    })
    .sort(byId);
}
