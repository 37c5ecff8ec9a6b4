import type { Dashboard, Panel, Placed, Row } from './grafana.ts';

/** Panels under a heading, each as wide as it says: a line of the grid is 24 wide. */
export interface Section {
  readonly title?: string;
  readonly height: number;
  readonly panels: readonly { readonly panel: Panel; readonly width: number }[];
}

const lineWidth = 24;

/** Puts sections one below the other. Panels are numbered as they stand. */
export function placed(sections: readonly Section[]): Dashboard['panels'] {
  const all: Placed<Panel | Row>[] = [];
  const put = <T extends Panel | Row>(item: T, x: number, y: number, w: number, h: number) =>
    all.push({ ...item, id: all.length + 1, gridPos: { x, y, w, h } });
  let y = 0;
  for (const { title, height, panels } of sections) {
    if (title !== undefined) put({ type: 'row', title, collapsed: false, panels: [] }, 0, y++, lineWidth, 1);
    let x = 0;
    for (const { panel, width } of panels) {
      if (x + width > lineWidth) {
        x = 0;
        y += height;
      }
      put(panel, x, y, width, height);
      x += width;
    }
    if (panels.length > 0) y += height;
  }
  return all;
}

/** Panels that share a line evenly. */
export const evenly = (panels: readonly Panel[], across = panels.length): Section['panels'] =>
  panels.map((panel) => ({ panel, width: Math.floor(lineWidth / across) }));
