import {
  type DiagramGraph,
  diagramOf,
  fold,
  type LaidOut,
  layoutKey,
  pageDataOf,
  placesOf,
  renderHtml,
} from '../../diagram/index.ts';
import type { Model } from '../../model/model.ts';
import type { Diagnostic } from '../../rules/index.ts';

/** A picture with all that its page shows. */
export interface Drawing {
  readonly key: string;
  readonly data: ReturnType<typeof pageDataOf>;
  readonly laidOut: LaidOut;
  /** By how much all of it has moved since the first drawing: a view that moves by as much shows what it showed. */
  readonly origin: { readonly x: number; readonly y: number };
  readonly page: (nonce?: string) => string;
}

/** The layout of a graph, from that of the drawing before. */
export type Lay = (graph: DiagramGraph, previous: LaidOut | undefined) => Promise<LaidOut>;

/** Draws a model, from the drawing before it where there is one: that itself where nothing looks or reads otherwise. */
export async function drawingOf(
  model: Model,
  found: readonly Diagnostic[],
  lay: Lay,
  before: Drawing | undefined,
): Promise<Drawing> {
  const whole = diagramOf(model, { fold: [] });
  const graph = fold(whole, 'auto');
  const data = pageDataOf(model, whole, found);
  if (before && isSame(before.data, data) && isSame(before.laidOut.graph, graph)) return before;
  const laidOut = await lay(graph, before?.laidOut);
  return {
    // The same layout can read otherwise.
    key: `${layoutKey(graph)}.${Number(before?.key.split('.')[1] ?? 0) + 1}`,
    data,
    laidOut,
    origin: { x: (before?.origin.x ?? 0) + laidOut.shift.x, y: (before?.origin.y ?? 0) + laidOut.shift.y },
    page: (nonce) => renderHtml(laidOut, data, nonce === undefined ? {} : { nonce }),
  };
}

/** What of a drawing another page needs to show it. */
export const newsOf = ({ data, laidOut }: Drawing) => ({ data, places: placesOf(laidOut) });

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
