import { delayNextTick } from 'langium';
import {
  type DiagramGraph,
  diagramInSteps,
  fold,
  type LaidOut,
  layoutKey,
  type PageData,
  pageDataInSteps,
  placesOf,
  renderHtml,
  type Steps,
} from '../../diagram/index.ts';
import type { Model } from '../../model/model.ts';
import type { Diagnostic } from '../../rules/index.ts';

/** A picture with all that its page shows. */
export interface Drawing {
  readonly key: string;
  readonly data: PageData;
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
  const whole = await inTurns(diagramInSteps(model, { fold: [] }));
  const graph = fold(whole, 'auto');
  const data = await inTurns(pageDataInSteps(model, whole, found));
  const isSame = function* (): Steps<boolean> {
    return (
      before !== undefined && (yield* areAlike(before.data, data)) && (yield* areAlike(before.laidOut.graph, graph))
    );
  };
  if (before && (await inTurns(isSame()))) return before;
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

/** Do two say the same? What is in lists, of which there is much, is compared one by one. */
function* areAlike<T extends object>(one: T, other: T): Steps<boolean> {
  for (const [key, value] of Object.entries(other)) {
    const before: unknown = one[key as keyof T];
    const [had, has] = [before, value].map((of) => (Array.isArray(of) ? of : [of]));
    if (had?.length !== has?.length) return false;
    for (const [i, item] of has?.entries() ?? []) {
      if (JSON.stringify(had?.[i]) !== JSON.stringify(item)) return false;
      yield;
    }
  }
  return Object.keys(one).length === Object.keys(other).length;
}

/** Milliseconds for which nobody else has a turn. */
const slice = 10;

/** Does a long work so that typing is not held up. */
async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (let since = performance.now(); ; ) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < slice) continue;
    await delayNextTick();
    since = performance.now();
  }
}
