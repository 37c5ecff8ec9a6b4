import { type Box, bottom, right } from './geometry.ts';
import type { NodeKind } from './graph.ts';
import { element, short } from './xml.ts';

const lid = 7;
const slant = 12;
const roundEnd = 8;
const tab = 7;

const rect = (box: Box, radius: number, cls = 'shape'): string =>
  element('rect', { class: cls, x: box.x, y: box.y, width: box.width, height: box.height, rx: radius });
const path = (cls: string, ...parts: readonly (string | number)[]): string =>
  element('path', { class: cls, d: parts.map((part) => (typeof part === 'number' ? short(part) : part)).join(' ') });

/** A bar along the left of a card that follows its round corners. */
function accent(box: Box): (string | number)[] {
  const [radius, width] = [7, 5];
  const rise = radius - Math.sqrt(radius ** 2 - (radius - width) ** 2);
  const { x, y } = box;
  const arc = ['A', radius, radius, 0, 0, 0];
  return [
    'M',
    x + width,
    y + rise,
    ...arc,
    x,
    y + radius,
    'V',
    bottom(box) - radius,
    ...arc,
    x + width,
    bottom(box) - rise,
    'Z',
  ];
}

/** The outline of a node. */
export function shape(kind: NodeKind, box: Box): string {
  const chamfer = chamferOf(box);
  const { x, y, width, height } = box;
  const [x1, y1] = [right(box), bottom(box)];
  switch (kind) {
    case 'service':
      return rect(box, 7) + path('mark', ...accent(box));
    case 'external':
      return rect(box, 14);
    case 'cache':
      return rect(box, 12) + path('shape', 'M', x + 7, y + 8, 'V', y1 - 8, 'M', x1 - 7, y + 8, 'V', y1 - 8);
    case 'context':
      return (
        rect({ ...box, x: x + 5, width: width - 5, height: height - 5 }, 10) +
        rect({ x, y: y + 5, width: width - 5, height: height - 5 }, 10)
      );
    case 'database':
      return (
        path(
          'shape',
          'M',
          x,
          y + lid,
          'A',
          width / 2,
          lid,
          0,
          0,
          1,
          x1,
          y + lid,
          'V',
          y1 - lid,
          'A',
          width / 2,
          lid,
          0,
          0,
          1,
          x,
          y1 - lid,
          'Z',
        ) + path('shape', 'M', x, y + lid, 'A', width / 2, lid, 0, 0, 0, x1, y + lid)
      );
    case 'broker':
      return (
        path(
          'shape',
          'M',
          x + roundEnd,
          y,
          'H',
          x1 - roundEnd,
          'A',
          roundEnd,
          height / 2,
          0,
          0,
          1,
          x1 - roundEnd,
          y1,
          'H',
          x + roundEnd,
          'A',
          roundEnd,
          height / 2,
          0,
          0,
          1,
          x + roundEnd,
          y,
          'Z',
        ) + path('shape', 'M', x1 - roundEnd, y, 'A', roundEnd, height / 2, 0, 0, 0, x1 - roundEnd, y1)
      );
    case 'gateway':
      return path(
        'shape',
        'M',
        x + chamfer,
        y,
        'H',
        x1 - chamfer,
        'L',
        x1,
        y + chamfer,
        'V',
        y1 - chamfer,
        'L',
        x1 - chamfer,
        y1,
        'H',
        x + chamfer,
        'L',
        x,
        y1 - chamfer,
        'V',
        y + chamfer,
        'Z',
      );
    case 'store':
      return path(
        'shape',
        'M',
        x,
        y + 4,
        'Q',
        x,
        y,
        x + 4,
        y,
        'H',
        x + width * 0.36,
        'l',
        7,
        tab,
        'H',
        x1 - 4,
        'Q',
        x1,
        y + tab,
        x1,
        y + tab + 4,
        'V',
        y1 - 4,
        'Q',
        x1,
        y1,
        x1 - 4,
        y1,
        'H',
        x + 4,
        'Q',
        x,
        y1,
        x,
        y1 - 4,
        'Z',
      );
    case 'event':
      return path('shape', 'M', x + slant, y, 'H', x1, 'L', x1 - slant, y1, 'H', x, 'Z');
  }
}

const chamferOf = ({ height }: Box): number => Math.min(12, height / 4);

type OutlineSide = 'left' | 'right' | 'top' | 'bottom';

/** How far inside the box the outline stands at a place along a side: edges are drawn on as far as that. */
export function indent(kind: NodeKind, box: Box, side: OutlineSide, at: number): number {
  const upright = side === 'left' || side === 'right';
  const share = upright ? (at - box.y) / box.height : (at - box.x) / box.width;
  switch (kind) {
    case 'event':
      return upright ? slant * (side === 'left' ? 1 - share : share) : 0;
    case 'gateway':
      return upright ? Math.max(0, chamferOf(box) - Math.min(at - box.y, bottom(box) - at)) : 0;
    case 'broker':
      return upright ? arcDepth(roundEnd, share) : 0;
    case 'database':
      return upright ? 0 : arcDepth(lid, share);
    case 'store':
      return side === 'top' && share > 0.36 ? tab : 0;
    case 'service':
    case 'external':
    case 'cache':
    case 'context':
      return 0;
  }
}

/** How far half an ellipse of this radius has fallen back from its vertex. */
const arcDepth = (radius: number, share: number): number =>
  radius * (1 - Math.sqrt(Math.max(0, 1 - (2 * share - 1) ** 2)));

/** Small drawings of 16 by 16 pixels in front of a name. */
export const icons: { readonly [K in NodeKind | 'frame' | 'bus']?: string } = {
  external: 'M4.6 13h7.1a3.3 3.3 0 0 0 .6-6.5A4.6 4.6 0 0 0 3.5 7.3 2.9 2.9 0 0 0 4.6 13Z',
  gateway: 'M1 7h6V4.2L11 8l-4 3.8V9H1zM12.6 2h2.2v12h-2.2z',
  bus: 'M1 4.2h9.4V2L15 5.2l-4.6 3.2V6.2H1zM15 11.8H5.6V14L1 10.8l4.6-3.2v2.2H15z',
  frame: 'M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z',
};

export function icon(name: keyof typeof icons, x: number, y: number, size = 16): string {
  const drawing = icons[name];
  if (drawing === undefined) return '';
  return element('path', {
    class: 'icon',
    transform: `translate(${short(x)} ${short(y)}) scale(${short(size / 16)})`,
    d: drawing,
  });
}
