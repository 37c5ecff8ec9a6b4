import type { Box } from './geometry.ts';
import type { DiagramEdge, DiagramGraph, DiagramNode } from './graph.ts';
import type { LaidOut, PlacedEdge, PlacedGroup, PlacedNode } from './layout.ts';

/** By id in the new graph, what stood for it in the previous layout. */
export interface Succession {
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly groups: ReadonlyMap<string, PlacedGroup>;
  /** Groups that were folded up into a node, with the box of that. */
  readonly unfolded: ReadonlyMap<string, Box>;
  readonly edges: ReadonlyMap<string, PlacedEdge>;
  /** What nothing stands for any more. */
  readonly gone: readonly (PlacedNode | PlacedGroup)[];
}

/** As much of what two have must be the same that one is taken for the other by a new name. */
const alikeFrom = 0.5;
/** With more pairs to compare than this the text is another one, and nobody looks for names that changed. */
const mostPairs = 40_000;

/**
 * What has become of what. Names say so; a node whose name has gone hands its place to a new one of its kind that has the same
 * neighbours, and a group to one that has its members. A node that has moved to another group is a new one.
 */
export function succession(graph: DiagramGraph, { graph: before, ...previous }: LaidOut): Succession {
  const placedNodes = new Map(previous.nodes.map((placed) => [placed.node.id, placed]));
  const placedGroups = new Map(previous.groups.map((placed) => [placed.group.id, placed]));
  const groupNames = groupNamesOf(before, graph);
  const home = ({ group }: DiagramNode): string | undefined => group && (groupNames.get(group) ?? group);
  const nodeNames = new Map<string, string>();
  for (const key of [
    (node: DiagramNode, own: boolean) => `${node.id} ${own ? node.group : home(node)}`,
    (node: DiagramNode, own: boolean) => `${node.kind} ${node.name} ${own ? node.group : home(node)}`,
  ]) {
    const taken = new Set(nodeNames.values());
    const left = Map.groupBy(
      before.nodes.filter(({ id }) => !nodeNames.has(id)),
      (node) => key(node, false),
    );
    for (const node of graph.nodes) {
      const [one, ...more] = taken.has(node.id) ? [] : (left.get(key(node, true)) ?? []);
      if (one && more.length === 0 && !nodeNames.has(one.id)) nodeNames.set(one.id, node.id);
    }
  }
  const taken = new Set(nodeNames.values());
  const renamed = matched(
    before.nodes.filter(({ id }) => !nodeNames.has(id)).map((node) => ({ ...node, group: home(node) })),
    graph.nodes.filter(({ id }) => !taken.has(id)),
    neighboursOf(before, nodeNames),
    neighboursOf(graph, new Map()),
  );
  const folded = graph.nodes.flatMap((node) => {
    const group = placedGroups.get(node.id);
    return group ? [[node.id, corner(node, group)] as const] : [];
  });
  const unfolded = graph.groups.flatMap(({ id }) => {
    const node = placedNodes.get(id);
    return node ? [[id, node] as const] : [];
  });
  const names = [...nodeNames, ...renamed];
  const ids = new Map([...names, ...groupNames].map(([old, id]) => [id, old]));
  const placedEdges = new Map(previous.edges.map((placed) => [endsOf(placed.edge), placed]));
  const edges = graph.edges.flatMap((edge) => {
    const { kind, from, to } = edge;
    const old = placedEdges.get(endsOf({ kind, from: ids.get(from) ?? from, to: ids.get(to) ?? to }));
    return old ? [[edge.id, old] as const] : [];
  });
  const remaining = new Set(ids.values());
  return {
    nodes: new Map([...names.map(([old, id]) => [id, placedNodes.get(old)!] as const), ...folded]),
    groups: new Map([...groupNames].map(([old, id]) => [id, placedGroups.get(old)!])),
    unfolded: new Map(unfolded),
    edges: new Map(edges),
    gone: [
      ...previous.nodes.filter(({ node }) => !remaining.has(node.id)),
      ...previous.groups.filter(({ group }) => !remaining.has(group.id)),
    ],
  };
}

const endsOf = ({ kind, from, to }: Pick<DiagramEdge, 'kind' | 'from' | 'to'>): string => `${kind} ${from} ${to}`;

/** A group that is folded up stays where its title was. */
function corner(node: DiagramNode, { x, y }: Box): PlacedNode {
  const box = { x, y, width: 0, height: 0 };
  return { node, ...box, slot: box };
}

function groupNamesOf(before: DiagramGraph, graph: DiagramGraph): ReadonlyMap<string, string> {
  const then = new Set(before.groups.map(({ id }) => id));
  const now = new Set(graph.groups.map(({ id }) => id));
  const renamed = matched(
    before.groups.filter(({ id }) => !now.has(id)),
    graph.groups.filter(({ id }) => !then.has(id)),
    membersOf(before),
    membersOf(graph),
  );
  return new Map([...before.groups.filter(({ id }) => now.has(id)).map(({ id }) => [id, id] as const), ...renamed]);
}

interface Thing {
  readonly id: string;
  readonly kind: string;
  readonly group?: string | undefined;
}

type Traits = ReadonlyMap<string, ReadonlySet<string>>;

/** From ids that have gone to new ones that are most like them. */
function matched(
  gone: readonly Thing[],
  come: readonly Thing[],
  traitsBefore: Traits,
  traitsNow: Traits,
): ReadonlyMap<string, string> {
  const matches = new Map<string, string>();
  if (gone.length * come.length > mostPairs) return matches;
  const pairs = gone.flatMap((old) =>
    come
      .filter(({ kind, group }) => kind === old.kind && group === old.group)
      .map((one) => ({ old: old.id, id: one.id, share: shareOf(traitsBefore.get(old.id), traitsNow.get(one.id)) }))
      .filter(({ share }) => share >= alikeFrom),
  );
  pairs.sort((a, b) => b.share - a.share || compare(a.old, b.old) || compare(a.id, b.id));
  const taken = new Set<string>();
  for (const { old, id } of pairs) {
    if (matches.has(old) || taken.has(id)) continue;
    matches.set(old, id);
    taken.add(id);
  }
  return matches;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** How much of what either has both have; two that have nothing are alike. */
function shareOf(one: ReadonlySet<string> = new Set(), other: ReadonlySet<string> = new Set()): number {
  const both = [...one].filter((trait) => other.has(trait)).length;
  const all = one.size + other.size - both;
  return all === 0 ? 1 : both / all;
}

/** For each group the names of its nodes: their ids change with a name of a package, their names do not. */
const membersOf = ({ nodes }: DiagramGraph): Traits =>
  new Map(
    [...Map.groupBy(nodes, ({ group }) => group)].flatMap(([group, members]) =>
      group === undefined ? [] : [[group, new Set(members.map(({ kind, name }) => `${kind} ${name}`))]],
    ),
  );

/** For each node what leads to it and from it, by the names of now. */
function neighboursOf({ edges }: DiagramGraph, names: ReadonlyMap<string, string>): Traits {
  const found = new Map<string, Set<string>>();
  const add = (id: string, trait: string): void => {
    const traits = found.get(id);
    if (traits) traits.add(trait);
    else found.set(id, new Set([trait]));
  };
  for (const { kind, from, to } of edges) {
    add(from, `${kind} > ${names.get(to) ?? to}`);
    add(to, `${kind} < ${names.get(from) ?? from}`);
  }
  return found;
}
