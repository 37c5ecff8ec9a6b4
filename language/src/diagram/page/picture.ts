import { need } from './element.ts';

/** The elements of the picture by the ids of what they stand for. */
export interface Picture {
  readonly svg: SVGSVGElement;
  /** Nodes, groups and edges. */
  readonly parts: ReadonlyMap<string, SVGGElement>;
  readonly labels: ReadonlyMap<string, SVGGElement>;
  /** Where the picture proper begins: beside the margin, below the title. */
  readonly corner: { readonly x: number; readonly y: number };
  readonly size: { readonly x: 0; readonly y: 0; readonly width: number; readonly height: number };
}

export function pictureOf(): Picture {
  const svg = need<SVGSVGElement>('#picture svg');
  const parts = new Map([...svg.querySelectorAll<SVGGElement>('[data-id]')].map((part) => [part.dataset.id!, part]));
  const labels = new Map([...svg.querySelectorAll<SVGGElement>('[data-edge]')].map((one) => [one.dataset.edge!, one]));
  const { width, height } = svg.viewBox.baseVal;
  const moved = svg.querySelector<SVGGElement>('g.picture')?.transform.baseVal.consolidate()?.matrix;
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  // What the browser would show of itself comes late and is short: the page tells more.
  for (const title of svg.querySelectorAll('g > title')) title.remove();
  return { svg, parts, labels, corner: { x: moved?.e ?? 0, y: moved?.f ?? 0 }, size: { x: 0, y: 0, width, height } };
}

/** Where a part stands, in the coordinates of the whole picture. */
export function boxOf(picture: Picture, part: SVGGElement): { x: number; y: number; width: number; height: number } {
  const { x, y, width, height } = part.getBBox();
  return { x: x + picture.corner.x, y: y + picture.corner.y, width, height };
}
