export { type DiagramOptions, diagramOf } from './diagram-of.ts';
export type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode, EdgeKind, NodeKind } from './graph.ts';
export { type LaidOut, layOut, loadLayout, type PlacedEdge, type PlacedGroup, type PlacedNode } from './layout.ts';
export { renderMermaid } from './mermaid.ts';
export { renderSvg, type SvgOptions } from './svg.ts';
