import type { LaidOut } from '../layout.ts';
import { fitted, textWidth } from '../text.ts';
import { shape } from './element.ts';

/** The elements of the picture by the ids of what they stand for. */
export interface Picture {
  readonly laidOut: LaidOut;
  readonly svg: SVGSVGElement;
  /** Nodes, groups and edges. */
  readonly parts: ReadonlyMap<string, SVGGElement>;
  readonly labels: ReadonlyMap<string, SVGGElement>;
  /** Of groups, as they are read from afar. */
  readonly titles: ReadonlyMap<string, SVGElement>;
  /** Where the picture proper begins: beside the margin, below the title. */
  readonly corner: { readonly x: number; readonly y: number };
  /** All of it, with title and legend. */
  readonly size: { readonly width: number; readonly height: number };
  /** What there is to see. */
  readonly extent: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** An SVG as a picture that can be pointed at and seen from afar. */
export function pictureOf(svg: SVGSVGElement, laidOut: LaidOut): Picture {
  const parts = new Map([...svg.querySelectorAll<SVGGElement>('[data-id]')].map((part) => [part.dataset.id!, part]));
  const labels = new Map([...svg.querySelectorAll<SVGGElement>('[data-edge]')].map((one) => [one.dataset.edge!, one]));
  const { width, height } = svg.viewBox.baseVal;
  const moved = svg.querySelector<SVGGElement>('g.picture')?.transform.baseVal.consolidate()?.matrix;
  const corner = { x: moved?.e ?? 0, y: moved?.f ?? 0 };
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  // What the browser would show of itself comes late and is short: the page tells more.
  for (const title of svg.querySelectorAll('g > title')) title.remove();
  addFarNames(parts, laidOut);
  const titles = farTitles(laidOut);
  svg.querySelector('g.picture')!.append(...titles.values());
  addSwitches(parts, laidOut);
  return {
    laidOut,
    svg,
    parts,
    labels,
    titles,
    corner,
    size: { width, height },
    extent: { ...corner, width: Math.max(1, laidOut.width), height: Math.max(1, laidOut.height) },
  };
}

const farSize = 30;

/** From afar a node shows its name only, as large as it can. */
function addFarNames(parts: ReadonlyMap<string, SVGGElement>, { nodes }: LaidOut): void {
  for (const { node, x, y, width, height } of nodes) {
    const room = width - 36;
    const size = Math.min(farSize, height * 0.6, Math.max(13, room / textWidth(node.name, 1, 'bold')));
    const name = shape(
      'text',
      {
        class: 'weir-far',
        x: x + width / 2,
        y: y + height / 2 + size * 0.35,
        'text-anchor': 'middle',
        'font-size': size,
      },
      fitted(node.name, room, size, 'bold'),
    );
    name.style.fontSize = `${size}px`;
    parts.get(node.id)!.append(name);
  }
}

/** From afar titles are larger than the room that edges leave them: they stand in front of all edges. */
function farTitles({ groups }: LaidOut): ReadonlyMap<string, SVGElement> {
  return new Map(
    groups.map(({ group, x, y, width, height }) => {
      const place = group.kind === 'broker' ? { x: x + 38, y: y + height / 2 + 4.5 } : { x: x + 16, y: y - 7.5 };
      const title = shape('text', { class: 'weir-far weir-title', ...place }, group.name);
      title.style.setProperty('--most', `${Math.round(width / textWidth(group.name, 1, 'bold'))}px`);
      return [group.id, title];
    }),
  );
}

/** On each context what folds it up or unfolds it. */
function addSwitches(parts: ReadonlyMap<string, SVGGElement>, { nodes, groups }: LaidOut): void {
  const contexts = [
    ...nodes.filter(({ node }) => node.kind === 'context').map((box) => ({ id: box.node.id, sign: '+', box })),
    ...groups.filter(({ group }) => group.kind === 'context').map((box) => ({ id: box.group.id, sign: '−', box })),
  ];
  for (const { id, sign, box } of contexts) {
    const made = shape('g', { class: 'weir-switch', 'data-fold': id });
    const x = box.x + (sign === '+' ? 8 : 12);
    const y = box.y + (sign === '+' ? 13 : 10);
    made.append(
      shape('rect', { x, y, width: 20, height: 20, rx: 5 }),
      shape('path', { d: `M${x + 5.5} ${y + 10}h9${sign === '+' ? `M${x + 10} ${y + 5.5}v9` : ''}` }),
    );
    parts.get(id)!.append(made);
  }
}

/** Where a part stands, in the coordinates of the whole picture. */
export function boxOf(picture: Picture, part: SVGGElement): { x: number; y: number; width: number; height: number } {
  const { x, y, width, height } = part.getBBox();
  return { x: x + picture.corner.x, y: y + picture.corner.y, width, height };
}
