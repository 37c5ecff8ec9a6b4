export { type DiagramOptions, diagramOf } from './diagram-of.ts';
export type { DiagramGraph } from './graph.ts';
export { renderHtml } from './html.ts';
export { type LaidOut, layOut, loadLayout } from './layout.ts';
export { renderMermaid } from './mermaid.ts';
export { pageDataOf } from './page-data.ts';
export { renderSvg } from './svg.ts';
