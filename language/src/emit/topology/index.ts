import { diagramOf, type LaidOut, loadLayout, renderMermaid, renderSvg } from '../../diagram/index.ts';
import type { Model } from '../../model/model.ts';
import type { Emitter, Output } from '../emitter.ts';

/** The emitter of the picture, once the layout engine is loaded: emitting itself waits for nothing. */
export async function loadTopologyEmitter(): Promise<Emitter> {
  const layOut = await loadLayout();
  return { name: 'topology', emit: (model, { out }) => emit(model, out, layOut) };
}

/** `topology.svg` and `topology.mmd`: the system as `weir graph` draws it. Nothing for a system of nothing. */
function emit(
  model: Model,
  out: string,
  layOut: (graph: ReturnType<typeof diagramOf>) => LaidOut,
): Map<string, Output> {
  const graph = diagramOf(model);
  if (graph.nodes.length === 0) return new Map();
  const sources = [...model.systems, ...model.services].map(({ at }) => at);
  return new Map<string, Output>([
    [`${out}/topology.svg`, { mode: 'owned', text: renderSvg(layOut(graph)), sources }],
    [`${out}/topology.mmd`, { mode: 'owned', text: renderMermaid(graph), sources }],
  ]);
}
