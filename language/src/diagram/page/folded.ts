import type { Place } from '../../model/model.ts';
import { folded } from '../fold.ts';
import type { DiagramEdge, DiagramGraph } from '../graph.ts';
import type { Demand, Figures, PageData, PageEdge, PageNode, PagePlace } from './data.ts';
import type { Places } from './places.ts';

/** What was drawn for the page: its layout is kept as far as what is shown agrees with it. */
export interface Drawn {
  readonly data: PageData;
  readonly places: Places;
}

/** What of the system is shown. */
export interface Shown {
  /** Ids of contexts that are folded up. */
  readonly folded: ReadonlySet<string>;
  readonly operations: boolean;
}

/** As it was drawn: what a reader folds or unfolds, and operations, change it. */
export const asDrawn = ({ places }: Drawn): Shown => ({ folded: new Set(places.folded), operations: false });

const placeOf = ({ file, line }: PagePlace): Place => {
  const start = { line, column: 1, offset: 0 };
  return { file, start, end: start };
};

/** The graph that the picture is drawn from. */
export function graphOf({ title, subtitle, nodes, groups, edges }: PageData, shown: Shown): DiagramGraph {
  const whole: DiagramGraph = {
    title,
    subtitle,
    nodes: nodes.map(({ operations, at, ...node }) => ({
      ...node,
      at: placeOf(at),
      ...(shown.operations && operations.length > 0 ? { operations } : {}),
    })),
    groups: groups.map((group) => ({ ...group, at: placeOf(group.at) })),
    edges: edges.map((edge) => ({ ...edge, at: placeOf(edge.at) })),
  };
  return folded(whole, shown.folded);
}

/** What there is to say of what is drawn: a context that is folded up has all that is in it. */
export function saidOf(data: PageData, graph: DiagramGraph): PageData {
  const drawn = new Set(graph.nodes.map(({ id }) => id));
  const home = new Map(
    data.nodes.flatMap(({ id, group }) => (group !== undefined && drawn.has(group) ? [[id, group] as const] : [])),
  );
  if (home.size === 0) return data;
  const inside = Map.groupBy(data.nodes, ({ id }) => home.get(id));
  const parts = Map.groupBy(
    data.edges,
    ({ kind, from, to }) => `${kind}:${home.get(from) ?? from}->${home.get(to) ?? to}`,
  );
  return {
    ...data,
    nodes: graph.nodes.map(({ id, lines, badges }) => {
      const own = data.nodes.find((node) => node.id === id);
      if (own) return own;
      const context = data.groups.find((group) => group.id === id)!;
      return whole({ ...context, kind: 'context', lines, badges, operations: [] }, inside.get(id) ?? []);
    }),
    groups: data.groups.filter(({ id }) => !drawn.has(id)),
    edges: graph.edges.map((edge) => joined(edge, parts.get(edge.id)!)),
  };
}

function whole(context: PageNode, members: readonly PageNode[]): PageNode {
  return {
    ...context,
    ...worstOf(members),
    findings: [...context.findings, ...members.flatMap(({ findings }) => findings)],
  };
}

function joined({ id, from, to, label }: DiagramEdge, parts: readonly PageEdge[]): PageEdge {
  const [first] = parts;
  if (parts.length === 1) return { ...first!, id, from, to };
  const amplifications = parts.flatMap(({ amplification }) => (amplification === undefined ? [] : [amplification]));
  return {
    ...first!,
    id,
    from,
    to,
    ...(label === undefined ? {} : { label }),
    details: parts.flatMap(({ details }) => details),
    calls: parts.flatMap(({ calls }) => calls),
    ...(amplifications.length === 0 ? {} : { amplification: most(amplifications) }),
    ...worstOf(parts),
    findings: [...new Map(parts.flatMap(({ findings }) => findings).map((one) => [JSON.stringify(one), one])).values()],
  };
}

/** Null is more than any number. */
const most = (values: readonly (number | null)[]): number | null =>
  values.some((value) => value === null) ? null : Math.max(...(values as number[]));

/** Of each figure the one that looks worst. */
function worstOf(parts: readonly Figures[]): Figures {
  const worsts = parts.flatMap(({ worst }) => (worst === undefined ? [] : [worst]));
  const latency = worstBy(
    parts,
    (part) => part.latency,
    ({ needed, promised }) => needed / promised,
  );
  const availability = worstBy(
    parts,
    (part) => part.availability,
    ({ hard, promised = 0, possible = 100 }) => (hard ? 200 : 0) + promised - possible,
  );
  const demand = worstBy(parts, (part) => part.demand, loadOf);
  return {
    ...(worsts.length === 0 ? {} : { worst: most(worsts) }),
    ...(latency ? { latency } : {}),
    ...(availability ? { availability } : {}),
    ...(demand ? { demand } : {}),
  };
}

/** Demand without a limit is lighter than any with one. */
const loadOf = ({ rate, limit }: Demand): number => (limit === undefined ? rate / 1e12 : 1 + rate / limit);

function worstBy<T>(
  parts: readonly Figures[],
  figure: (part: Figures) => T | undefined,
  weight: (value: T) => number,
): T | undefined {
  return parts
    .flatMap((part) => figure(part) ?? [])
    .reduce<T | undefined>(
      (worst, one) => (worst !== undefined && weight(worst) >= weight(one) ? worst : one),
      undefined,
    );
}
