import type { Box } from '../geometry.ts';
import type { Camera } from './camera.ts';
import { need, shape } from './element.ts';
import type { Picture } from './picture.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

export interface Minimap {
  readonly draw: (picture: Picture) => void;
  /** Marks what part of the picture is seen. */
  readonly mark: (camera: Camera, screen: Extent) => void;
}

const largest = { width: 190, height: 120 } as const;
const border = 40;

/** All of the picture in a corner, and in it what is seen; a press or drag there moves the view. Hidden while all is seen. */
export function minimapOf(moveTo: (middle: { readonly x: number; readonly y: number }) => void): Minimap {
  const svg = need<SVGSVGElement>('#mini');
  const seen = shape('rect', { class: 'seen', rx: 2 });
  let all: Box = { x: 0, y: 0, width: 0, height: 0 };
  const go = ({ clientX, clientY }: PointerEvent): void => {
    const at = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM()!.inverse());
    moveTo({ x: at.x, y: at.y });
  };
  svg.addEventListener('pointerdown', (event) => {
    svg.setPointerCapture(event.pointerId);
    go(event);
  });
  svg.addEventListener('pointermove', (event) => {
    if (event.buttons !== 0) go(event);
  });
  return {
    draw: ({ extent, laidOut }) => {
      all = extent;
      const { x, y, width, height } = extent;
      const box = { x: x - border, y: y - border, width: width + 2 * border, height: height + 2 * border };
      const scale = Math.min(largest.width / box.width, largest.height / box.height);
      svg.setAttribute('viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
      svg.setAttribute('width', String(Math.round(box.width * scale)));
      svg.setAttribute('height', String(Math.round(box.height * scale)));
      seen.setAttribute('stroke-width', String(1.5 / scale));
      const at = { transform: `translate(${x} ${y})` };
      svg.replaceChildren(
        shape('path', { class: 'groups', d: outlines(laidOut.groups), ...at }),
        shape('path', { class: 'nodes', d: outlines(laidOut.nodes), ...at }),
        seen,
      );
    },
    mark: ({ x, y, scale }, { width, height }) => {
      const isAll =
        x <= all.x && y <= all.y && x + width / scale >= all.x + all.width && y + height / scale >= all.y + all.height;
      svg.toggleAttribute('hidden', isAll);
      for (const [name, value] of Object.entries({ x, y, width: width / scale, height: height / scale }))
        seen.setAttribute(name, value.toFixed(1));
    },
  };
}

const outlines = (boxes: readonly Box[]): string =>
  boxes.map(({ x, y, width, height }) => `M${x} ${y}h${width}v${height}h${-width}z`).join('');
