import { loadDot } from './dot.ts';
import type { DiagramGraph } from './graph.ts';
import { type LaidOut, type Layout, type LayoutOptions, layoutBy } from './layout.ts';

/** Layout for those who cannot wait in the middle of their work: only loading Graphviz takes time. */
export async function loadLayout(): Promise<Layout> {
  return layoutBy(await loadDot());
}

/**
 * Lays a graph out: each group on its own, then the groups and loose nodes among each other, then the edges between them.
 * The same graph gives the same layout, to the pixel.
 */
export async function layOut(graph: DiagramGraph, options?: LayoutOptions): Promise<LaidOut> {
  return (await loadLayout())(graph, options);
}
