import { diagramOf, type LaidOut, type loadLayout, pageDataOf, renderHtml, renderSvg } from '../../diagram/index.ts';
import type { Model } from '../../model/model.ts';
import type { Diagnostic } from '../../rules/index.ts';

export type Layout = Awaited<ReturnType<typeof loadLayout>>;

/** A picture with all that its page shows. */
export interface Drawing {
  readonly key: string;
  readonly svg: string;
  readonly data: ReturnType<typeof pageDataOf>;
  /** By how much all of it has moved since the first drawing: a view that moves by as much shows what it showed. */
  readonly origin: { readonly x: number; readonly y: number };
  readonly page: (nonce?: string) => string;
  readonly laidOut: LaidOut;
}

/** Draws a model, from the drawing before it where there is one. */
export function drawingOf(
  model: Model,
  found: readonly Diagnostic[],
  layout: Layout,
  before: Drawing | undefined,
): Drawing {
  const graph = diagramOf(model);
  const data = pageDataOf(model, graph, found);
  const laidOut = layout(graph, { previous: before?.laidOut });
  const same = before && isSame(before.data, data) && isSame(before.laidOut.graph, graph);
  if (same) return { ...before, laidOut };
  return {
    // The same layout can read otherwise.
    key: `${data.key}.${Number(before?.key.split('.')[1] ?? 0) + 1}`,
    svg: renderSvg(laidOut),
    data,
    origin: { x: (before?.origin.x ?? 0) + laidOut.shift.x, y: (before?.origin.y ?? 0) + laidOut.shift.y },
    page: (nonce) => renderHtml(laidOut, data, nonce === undefined ? {} : { nonce }),
    laidOut,
  };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
