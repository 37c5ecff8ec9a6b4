import { indexOf } from '../model/index-of.ts';
import type { Model } from '../model/model.ts';
import { byId, distinct } from './by-id.ts';
import { joined } from './edges-of.ts';
import { type Fold, fold } from './fold.ts';
import type { DiagramGraph } from './graph.ts';
import {
  brokerGroup,
  contextGroup,
  eventNode,
  externalNode,
  gatewayNode,
  resourceNode,
  serviceNode,
} from './nodes-of.ts';
import { counted } from './quantities.ts';
import { atOnce, forEach, type Steps } from './steps.ts';
import { declaredEdges } from './strands.ts';

export interface DiagramOptions {
  /** Instead of the system's name. */
  readonly title?: string;
  /**
   * Contexts to fold into one node each: their full names, `all`, or `auto` (the default): all of them when there are
   * more than 500 nodes.
   */
  readonly fold?: Fold;
}

/**
 * The picture of a system: a node for each service, resource, external, event and gateway, a group for each context, and
 * an edge for each declared dependency. A partial model gives the part of the picture that it can; never throws.
 */
export function diagramOf(model: Model, options: DiagramOptions = {}): DiagramGraph {
  return atOnce(diagramInSteps(model, options));
}

/** The same for who has other things to do meanwhile. */
export function* diagramInSteps(model: Model, options: DiagramOptions = {}): Steps<DiagramGraph> {
  const contextOf = membership(model);
  const brokers = carriers(model);
  const nodes = [
    ...distinct(model.gateways).map((gateway) => gatewayNode(model, gateway)),
    ...(yield* forEach(distinct(model.services), (service) => serviceNode(service, contextOf))),
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
  const strands = yield* forEach(declaredEdges(model, brokers), (strand) => strand);
  const edges = yield* joined(model, strands);
  const known = new Set([...nodes, ...groups].map(({ id }) => id));
  const graph: DiagramGraph = {
    title: options.title ?? [...model.systems].sort(byId)[0]?.name ?? 'System',
    subtitle: summary(model),
    nodes: nodes.sort(byId),
    groups: groups.sort(byId),
    edges: edges.filter((edge) => known.has(edge.from) && known.has(edge.to)).sort(byId),
  };
  return fold(graph, options.fold ?? 'auto');
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
