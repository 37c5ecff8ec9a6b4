import { between, type Camera, fitted, panned, viewBox, zoomed } from './camera.ts';
import { keep, kept } from './host.ts';
import { boxOf, type Picture } from './picture.ts';

/** What the reader sees, and how it is moved. */
export interface View {
  readonly fit: () => void;
  /** Shows a part in the middle, near enough to read. */
  readonly show: (part: SVGGElement) => void;
  readonly zoom: (factor: number) => void;
  /** Brings a point of the picture to the middle. */
  readonly moveTo: (middle: Spot) => void;
  /** Takes another picture, of which everything stands moved by so much: what is seen stays. */
  readonly replace: (picture: Picture, shift: Spot) => void;
}

/** Whoever wants to know what is seen. */
export type Watcher = (camera: Camera, screen: { readonly width: number; readonly height: number }) => void;

const step = 1.25;
const arrow = 80;
const way = 220;
/** A view that stays for so long is kept, in milliseconds. */
const rest = 150;
/** Kept free above what is fitted, for what the colours mean, in pixels of the screen. */
const keyRoom = 30;
const below = ({ x, y, scale }: Camera): Camera => ({ x, y: y - keyRoom / scale, scale });
/** Smaller than this nobody reads more than names. */
const farBelow = 0.5;

/** Lets the picture be moved by pointer, wheel, two fingers and keys. */
export function viewOf(first: Picture, pane: HTMLElement, watch: Watcher): View {
  let picture = first;
  let camera: Camera = { x: 0, y: 0, scale: 1 };
  let running = 0;
  let resting = 0;
  // Kept: to be asked for it, the browser would lay out what has just been drawn.
  let size: DOMRect = pane.getBoundingClientRect();
  const screen = (): DOMRect => size;
  const look = (next: Camera): void => {
    camera = next;
    picture.svg.setAttribute('viewBox', viewBox(camera, screen()));
    pane.classList.toggle('far', camera.scale < farBelow);
    pane.style.setProperty('--unit', String(1 / camera.scale));
    watch(camera, screen());
    clearTimeout(resting);
    resting = setTimeout(() => keep({ camera }), rest);
  };
  const stop = (): void => cancelAnimationFrame(running);
  const travel = (target: Camera): void => {
    stop();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      look(target);
      return;
    }
    const [from, start] = [camera, performance.now()];
    const frame = (now: number): void => {
      const share = Math.min(1, Math.max(0, (now - start) / way));
      look(between(from, target, 1 - (1 - share) ** 3));
      if (share < 1) running = requestAnimationFrame(frame);
    };
    running = requestAnimationFrame(frame);
  };
  const by = (change: (camera: Camera) => Camera): void => {
    stop();
    look(change(camera));
  };
  const middle = (): { x: number; y: number } => ({ x: screen().width / 2, y: screen().height / 2 });
  const whole = (): Camera =>
    below(fitted(picture.extent, { width: screen().width, height: screen().height - keyRoom }));
  const fit = (): void => travel(whole());
  const zoom = (factor: number): void => by((now) => zoomed(now, factor, middle()));

  look(kept().camera ?? whole());
  new ResizeObserver(() => {
    const { width, height } = size;
    size = pane.getBoundingClientRect();
    // What is in the middle stays there.
    const [dx, dy] = [size.width - width, size.height - height];
    by((now) => panned(now, dx / 2, dy / 2));
  }).observe(pane);
  byPointers(pane, by);
  byWheel(pane, by);
  byKeys(pane, { fit, zoom, pan: (dx, dy) => by((now) => panned(now, dx, dy)) });
  const replace = (next: Picture, shift: Spot): void => {
    const [before, after] = [picture.corner, next.corner];
    picture = next;
    by(({ x, y, scale }) => ({ x: x + shift.x + after.x - before.x, y: y + shift.y + after.y - before.y, scale }));
  };
  return {
    fit,
    zoom,
    replace,
    moveTo: ({ x, y }) => {
      const { width, height } = screen();
      by(({ scale }) => ({ x: x - width / scale / 2, y: y - height / scale / 2, scale }));
    },
    show: (part) => travel(near(camera, fitted(boxOf(picture, part), screen(), 1), screen())),
  };
}

/** As near as it is where that can be read, else near enough; the box in the middle. */
function near(camera: Camera, wanted: Camera, screen: DOMRect): Camera {
  const scale = Math.min(wanted.scale, Math.max(camera.scale, 0.7));
  const middle = { x: screen.width / 2, y: screen.height / 2 };
  return zoomed(wanted, scale / wanted.scale, middle);
}

type By = (change: (camera: Camera) => Camera) => void;

/** A pointer that moves less than this is still: a press is a click and no drag. Pixels. */
const still = 4;

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** One pointer drags; two drag and zoom. */
function byPointers(pane: HTMLElement, by: By): void {
  const down = new Map<number, Spot>();
  let start: Spot | undefined;
  const measure = (): Spot & { readonly spread: number } => {
    const [a, b = a] = [...down.values()] as [Spot, Spot | undefined];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, spread: Math.hypot(a.x - b.x, a.y - b.y) };
  };
  pane.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    start = down.size === 1 ? measure() : undefined;
  });
  pane.addEventListener('pointermove', (event) => {
    if (!down.has(event.pointerId)) return;
    if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) < still) return;
    start = undefined;
    const before = measure();
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = measure();
    pane.setPointerCapture(event.pointerId);
    const { left, top } = pane.getBoundingClientRect();
    by((camera) => {
      const moved = panned(camera, now.x - before.x, now.y - before.y);
      const factor = before.spread > 0 && now.spread > 0 ? now.spread / before.spread : 1;
      return zoomed(moved, factor, { x: now.x - left, y: now.y - top });
    });
  });
  for (const end of ['pointerup', 'pointercancel'] as const)
    pane.addEventListener(end, (event) => down.delete(event.pointerId));
}

/** The wheel zooms where the pointer is; so do two fingers on a pad, which browsers report as a wheel with Ctrl. */
function byWheel(pane: HTMLElement, by: By): void {
  pane.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const { left, top } = pane.getBoundingClientRect();
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
      if (event.shiftKey) return by((camera) => panned(camera, -(event.deltaX || pixels), 0));
      const factor = Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0015));
      by((camera) => zoomed(camera, factor, { x: event.clientX - left, y: event.clientY - top }));
    },
    { passive: false },
  );
}

interface KeyActions {
  readonly fit: () => void;
  readonly zoom: (factor: number) => void;
  readonly pan: (dx: number, dy: number) => void;
}

function byKeys(pane: HTMLElement, { fit, zoom, pan }: KeyActions): void {
  const actions: Readonly<Record<string, () => void>> = {
    '+': () => zoom(step),
    '=': () => zoom(step),
    '-': () => zoom(1 / step),
    '0': fit,
    f: fit,
    ArrowLeft: () => pan(arrow, 0),
    ArrowRight: () => pan(-arrow, 0),
    ArrowUp: () => pan(0, arrow),
    ArrowDown: () => pan(0, -arrow),
  };
  pane.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
