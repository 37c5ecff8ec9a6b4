/** What part of the picture is seen: the point in the upper left corner, and how many pixels of the screen one of the picture is. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

const smallest = 0.02;
const largest = 6;
/** Kept free around what is fitted, in pixels of the screen. */
const border = 24;

/** Nearer by a factor; the point of the picture under `at`, in pixels of the screen, stays under it. */
export function zoomed(camera: Camera, factor: number, at: { readonly x: number; readonly y: number }): Camera {
  const scale = Math.max(smallest, Math.min(largest, camera.scale * factor));
  return {
    x: camera.x + at.x / camera.scale - at.x / scale,
    y: camera.y + at.y / camera.scale - at.y / scale,
    scale,
  };
}

/** Moved so that the picture follows a finger by so many pixels of the screen. */
export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.scale,
  y: camera.y - dy / camera.scale,
});

/** All of a box in the middle of the screen, never larger than `most`. */
export function fitted(box: Extent & { readonly x: number; readonly y: number }, screen: Extent, most = 1.25): Camera {
  const scale = Math.max(
    smallest,
    Math.min(most, (screen.width - 2 * border) / box.width, (screen.height - 2 * border) / box.height),
  );
  return {
    x: box.x + box.width / 2 - screen.width / scale / 2,
    y: box.y + box.height / 2 - screen.height / scale / 2,
    scale,
  };
}

/** Part of the way from one to another; scales change by equal factors, so that the way looks even. */
export function between(from: Camera, to: Camera, share: number): Camera {
  const mix = (a: number, b: number): number => a + (b - a) * share;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: from.scale * (to.scale / from.scale) ** share };
}

/** For the `viewBox` of an SVG that fills the screen. */
export const viewBox = ({ x, y, scale }: Camera, screen: Extent): string =>
  [x, y, screen.width / scale, screen.height / scale].map((value) => value.toFixed(2)).join(' ');
