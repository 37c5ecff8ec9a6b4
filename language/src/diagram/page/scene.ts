import type { DiagramGraph } from '../graph.ts';
import { type LaidOut, plainLayout } from '../layout.ts';
import { layoutKey } from '../layout-key.ts';
import { renderSvg } from '../svg.ts';
import type { PageData } from './data.ts';
import { parsed } from './element.ts';
import { asDrawn, type Drawn, graphOf, type Shown, saidOf } from './folded.ts';
import { type Picture, pictureOf } from './picture.ts';
import { laidOutOf } from './places.ts';

/** What is on the screen. */
export interface Scene {
  readonly laidOut: LaidOut;
  readonly graph: DiagramGraph;
  /** Of what is drawn, with what is folded up in it. */
  readonly data: PageData;
}

/**
 * What is shown of what was drawn. Always made from the layout as it was drawn, so that what was folded up comes back to where it
 * was.
 */
export function sceneOf(drawn: Drawn, shown: Shown): Scene {
  const { data, places } = drawn;
  const base = laidOutOf(graphOf(data, asDrawn(drawn)), places);
  const graph = graphOf(data, shown);
  const laidOut = layoutKey(graph) === layoutKey(base.graph) ? base : plainLayout(graph, { previous: base });
  return { laidOut, graph, data: saidOf(data, graph) };
}

/** The picture of a scene in place of another. */
export function draw({ laidOut }: Scene, old: SVGSVGElement): Picture {
  const svg = parsed(renderSvg(laidOut));
  old.replaceWith(svg);
  return pictureOf(svg, laidOut);
}
