import { around, type Box, type Size } from './geometry.ts';
import type { DiagramGraph, DiagramNode } from './graph.ts';
import { nodeSize } from './measures.ts';
import { inRows } from './rows.ts';

/** From a service to its own resources, and from those to each other. */
const foot = { below: 36, beside: 16 } as const;

/** Which resources stand right below which service. */
export interface Feet {
  readonly byService: ReadonlyMap<string, readonly string[]>;
  readonly standing: ReadonlySet<string>;
}

/** Resources of which exactly one service of the same group makes use stand below it. */
export function feetOf(graph: DiagramGraph): Feet {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const touching = Map.groupBy(
    graph.edges.flatMap((edge) => [edge.from, edge.to].map((id) => ({ id, edge }))),
    ({ id }) => id,
  );
  const byService = new Map<string, string[]>();
  for (const node of graph.nodes) {
    const [only, ...more] = touching.get(node.id) ?? [];
    if (!isResource(node) || !only || more.length > 0 || only.edge.kind !== 'use' || only.edge.to !== node.id) continue;
    const user = nodes.get(only.edge.from);
    if (user?.group === node.group && user?.kind === 'service')
      byService.set(user.id, [...(byService.get(user.id) ?? []), node.id]);
  }
  return { byService, standing: new Set([...byService.values()].flat()) };
}

export const isResource = ({ kind }: DiagramNode): boolean =>
  kind === 'database' || kind === 'cache' || kind === 'store' || kind === 'broker';

/** A service, or another node, with what stands below it. */
export interface Cell extends Size {
  readonly node: DiagramNode;
  readonly size: Size;
  /** Relative to the middle of the service's lower edge. */
  readonly feet: readonly (Box & { readonly id: string })[];
}

/** The size of a cell and the places of its feet. */
export function cellOf(node: DiagramNode, feet: Feet, sizes: ReadonlyMap<string, Size>): Cell {
  const size = sizes.get(node.id)!;
  const rows = inRows(
    (feet.byService.get(node.id) ?? []).map((id) => ({ id, ...sizes.get(id)! })),
    2,
  );
  const placed: (Box & { readonly id: string })[] = [];
  let y = foot.below;
  for (const row of rows) {
    const width = row.reduce((sum, box) => sum + box.width, (row.length - 1) * foot.beside);
    let x = -width / 2;
    for (const box of row) {
      placed.push({ ...box, x: Math.round(x), y });
      x += box.width + foot.beside;
    }
    y += Math.max(...row.map((box) => box.height)) + foot.below;
  }
  const below = around([{ x: 0, y: 0, width: 0, height: 0 }, ...placed]);
  return { node, size, feet: placed, width: Math.max(size.width, below.width), height: size.height + below.height };
}

/** The size that each node needs for its text and for the ends of its edges. */
export function sizesOf(graph: DiagramGraph, feet: Feet): ReadonlyMap<string, Size> {
  const ends = graph.edges.flatMap(({ kind, from, to }) => [
    { id: from, side: kind === 'call' || kind === 'serve' ? 'right' : 'below' },
    { id: to, side: kind === 'call' || kind === 'serve' ? 'left' : 'below' },
  ]);
  const byNode = Map.groupBy(ends, ({ id }) => id);
  return new Map(
    graph.nodes.map((node) => {
      const own = byNode.get(node.id) ?? [];
      const count = (side: string): number => own.filter((end) => end.side === side).length;
      const below = feet.byService.has(node.id) ? Math.ceil(count('below') / 2) : 0;
      return [
        node.id,
        nodeSize(node, Math.max(count('left'), count('right')) + below, node.kind === 'event' ? count('below') : 0),
      ];
    }),
  );
}
