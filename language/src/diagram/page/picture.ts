import { need } from './element.ts';

/** The elements of the picture by the ids of what they stand for. */
export interface Picture {
  readonly svg: SVGSVGElement;
  /** Nodes, groups and edges. */
  readonly parts: ReadonlyMap<string, SVGGElement>;
  readonly labels: ReadonlyMap<string, SVGGElement>;
  readonly size: { readonly x: 0; readonly y: 0; readonly width: number; readonly height: number };
}

export function pictureOf(): Picture {
  const svg = need<SVGSVGElement>('#picture svg');
  const parts = new Map([...svg.querySelectorAll<SVGGElement>('[data-id]')].map((part) => [part.dataset.id!, part]));
  const labels = new Map([...svg.querySelectorAll<SVGGElement>('[data-edge]')].map((one) => [one.dataset.edge!, one]));
  const { width, height } = svg.viewBox.baseVal;
  // What the browser would show of itself comes late and is short: the page tells more.
  for (const title of svg.querySelectorAll('g > title')) title.remove();
  return { svg, parts, labels, size: { x: 0, y: 0, width, height } };
}

/** Where a part stands, in the coordinates of the whole picture. */
export function boxOf(picture: Picture, part: SVGGElement): { x: number; y: number; width: number; height: number } {
  const { x, y, width, height } = part.getBBox();
  const moved = picture.svg.querySelector<SVGGElement>('g.picture')!.transform.baseVal.consolidate()?.matrix;
  return { x: x + (moved?.e ?? 0), y: y + (moved?.f ?? 0), width, height };
}
