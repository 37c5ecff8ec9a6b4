import { atPlace } from './at-place.ts';
import type { PageData, PageEdge, PageNode, PagePlace } from './data.ts';
import { element, need } from './element.ts';
import { download, png, svgText } from './export.ts';
import { type FromHost, hear, host, keep, kept } from './host.ts';
import { lay, type Overlay } from './overlay.ts';
import { pictureOf } from './picture.ts';
import { reach } from './reach.ts';
import { found } from './search.ts';
import { tellAll, tellEdge, tellNode } from './tell.ts';
import { followTheme } from './theme.ts';
import { viewOf } from './view.ts';

let data = JSON.parse(need('#data').textContent ?? '') as PageData;
let picture = pictureOf();
let [nodes, edges, names] = byId();
const pane = need<HTMLElement>('#picture');

function byId(): [Map<string, PageNode>, Map<string, PageEdge>, Map<string, string>] {
  return [
    new Map(data.nodes.map((node) => [node.id, node])),
    new Map(data.edges.map((edge) => [edge.id, edge])),
    new Map(data.nodes.map(({ id, name }) => [id, name])),
  ];
}

need('#list').append(...tellAll(data));
const theme = need<HTMLSelectElement>('#theme');
theme.value = kept().theme ?? theme.value;
theme.addEventListener('change', () => keep({ theme: theme.value }));
const showTheme = followTheme(() => picture.svg);
const view = viewOf(picture, pane);

// ── one thing is chosen at most ─────────────────────────────────────────────────────────────────────────────────────

let chosen: string | undefined;

function tell(id: string): HTMLElement[] {
  const [node, edge] = [nodes.get(id), edges.get(id)];
  return node ? tellNode(node) : edge ? tellEdge(edge, names) : [];
}

/** Chooses a node, group or edge: tells all of it, marks it in picture and list, and says so to whoever shows the page. */
function choose(id: string | undefined, from: 'picture' | 'elsewhere'): void {
  chosen = id;
  for (const old of document.querySelectorAll('.chosen')) old.classList.remove('chosen');
  for (const old of document.querySelectorAll('[aria-current]')) old.removeAttribute('aria-current');
  const told = need<HTMLElement>('#told');
  told.replaceChildren(...(id === undefined ? [] : tell(id)));
  told.hidden = id === undefined;
  focus();
  const part = id === undefined ? undefined : picture.parts.get(id);
  if (id === undefined || !part) return;
  part.classList.add('chosen');
  picture.labels.get(id)?.classList.add('chosen');
  const item = document.querySelector(`[data-of="${CSS.escape(id)}"]`);
  item?.setAttribute('aria-current', 'true');
  if (from === 'elsewhere') view.show(part);
  else item?.scrollIntoView({ block: 'nearest' });
}

/** Has the editor around the page show where something is written. */
function reveal(id: string | undefined): void {
  const at = nodes.get(id ?? '')?.at ?? edges.get(id ?? '')?.at;
  if (at) host?.postMessage({ type: 'reveal', at });
}

/** With focus on, only what is so many hops up and down from the chosen node stays bright. */
function focus(): void {
  const on = need<HTMLInputElement>('#focus').checked && chosen !== undefined;
  const hops = (selector: string): number => need<HTMLInputElement>(selector).valueAsNumber || 0;
  const start = edges.get(chosen ?? '')?.from ?? chosen ?? '';
  const bright = on ? reach(data.edges, start, hops('#up'), hops('#down')) : undefined;
  const inside = (id: string): boolean => bright === undefined || bright.has(id);
  const lit = (id: string): boolean => {
    const edge = edges.get(id);
    if (edge) return inside(edge.from) && inside(edge.to);
    return inside(id) || data.nodes.some((node) => node.group === id && inside(node.id));
  };
  for (const parts of [picture.parts, picture.labels])
    for (const [id, part] of parts) part.classList.toggle('dim', !lit(id));
}

const idAt = (target: EventTarget | null): string | undefined => {
  const part = target instanceof Element ? target.closest<SVGElement>('[data-id],[data-edge]') : null;
  return part?.dataset.id ?? part?.dataset.edge;
};

pane.addEventListener('click', ({ target }) => {
  choose(idAt(target), 'picture');
  reveal(idAt(target));
});
need('#list').addEventListener('click', ({ target }) => {
  const id = target instanceof HTMLElement ? target.dataset.of : undefined;
  if (id === undefined) return;
  choose(id, 'elsewhere');
  reveal(id);
});
need('#told').addEventListener('click', ({ target }) => {
  const { file, line } = target instanceof HTMLElement ? target.dataset : {};
  if (file !== undefined) host?.postMessage({ type: 'reveal', at: { file, line: Number(line) } });
});
for (const selector of ['#focus', '#up', '#down']) need(selector).addEventListener('input', focus);

// ── hover ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const hint = need<HTMLElement>('#hint');

pane.addEventListener('pointermove', ({ target, clientX, clientY, buttons, pointerType }) => {
  const id = buttons === 0 && pointerType !== 'touch' ? idAt(target) : undefined;
  if (hint.dataset.of !== id) {
    for (const old of document.querySelectorAll('.hovered')) old.classList.remove('hovered');
    if (id === undefined) delete hint.dataset.of;
    else hint.dataset.of = id;
    hint.replaceChildren(...(id === undefined ? [] : tell(id)));
    if (id !== undefined) picture.parts.get(id)?.classList.add('hovered');
  }
  hint.hidden = id === undefined;
  const { width, height } = hint.getBoundingClientRect();
  const room = 12;
  hint.style.left = `${Math.max(room, Math.min(clientX + room, innerWidth - width - room))}px`;
  hint.style.top = `${clientY + room + height < innerHeight ? clientY + room : Math.max(room, clientY - height - room)}px`;
});
pane.addEventListener('pointerleave', () => {
  hint.hidden = true;
});

// ── search, overlays, tools ─────────────────────────────────────────────────────────────────────────────────────────

const search = need<HTMLInputElement>('#search');
let hit = 0;

function find(step: number): void {
  const hits = found(data.nodes, search.value);
  hit = hits.length === 0 ? 0 : (hit + step + hits.length) % hits.length;
  for (const [id, part] of picture.parts)
    part.classList.toggle(
      'hit',
      hits.some((node) => node.id === id),
    );
  const said = search.value === '' ? '' : hits.length === 0 ? 'nothing found' : `${hit + 1} of ${hits.length}`;
  need('#hits').textContent = said;
  if (hits.length > 0) choose(hits[hit]!.id, 'elsewhere');
}

search.addEventListener('input', () => {
  hit = 0;
  find(0);
});
search.addEventListener('keydown', ({ key, shiftKey }) => {
  if (key === 'Enter') find(shiftKey ? -1 : 1);
});

const overlay = need<HTMLSelectElement>('#overlay');
overlay.value = kept().overlay ?? 'none';
overlay.addEventListener('change', () => {
  lay(overlay.value as Overlay, data, picture);
  keep({ overlay: overlay.value });
});
lay(overlay.value as Overlay, data, picture);

const tools: Readonly<Record<string, () => void>> = {
  '#fit': view.fit,
  '#nearer': () => view.zoom(1.25),
  '#farther': () => view.zoom(0.8),
  '#svg': () => download(new Blob([svgText(picture)], { type: 'image/svg+xml' }), `${data.title}.svg`),
  '#png': () => {
    png(picture).then(
      (image) => download(image, `${data.title}.png`),
      (error: unknown) => {
        need('#hits').textContent = String(error);
      },
    );
  },
};
for (const [selector, act] of Object.entries(tools)) need(selector).addEventListener('click', act);

const side = need<HTMLElement>('#side');
need('#listed').addEventListener('click', () => {
  side.hidden = !side.hidden;
  need('#listed').setAttribute('aria-expanded', String(!side.hidden));
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') choose(undefined, 'elsewhere');
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === '/' && !typing) {
    event.preventDefault();
    search.focus();
  }
});
need('#picture').append(
  element('p', { class: 'away' }, 'Drag or arrow keys to move, wheel or + and − to zoom, 0 to fit, / to search.'),
);

// ── an editor around the page ───────────────────────────────────────────────────────────────────────────────────────

let cursor: PagePlace | undefined;

/** Marks what the cursor in the text stands in. */
function markCursor(): void {
  const id = cursor && atPlace(data, cursor.file, cursor.line);
  for (const old of picture.svg.querySelectorAll('.cursor')) old.classList.remove('cursor');
  if (id !== undefined) picture.parts.get(id)?.classList.add('cursor');
}

/** Another picture after an edit: what the reader has chosen, set and looks at stays. */
function update({ svg, data: next, shift }: Extract<FromHost, { type: 'update' }>): void {
  const drawn = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  picture.svg.replaceWith(document.importNode(drawn, true));
  data = next;
  picture = pictureOf();
  [nodes, edges, names] = byId();
  need('#list').replaceChildren(...tellAll(data));
  view.replace(picture, shift);
  showTheme();
  lay(overlay.value as Overlay, data, picture);
  markCursor();
  choose(chosen !== undefined && (nodes.has(chosen) || edges.has(chosen)) ? chosen : undefined, 'picture');
}

hear((message) => {
  switch (message.type) {
    case 'update':
      return update(message);
    case 'stale':
      need<HTMLElement>('#stale').hidden = !message.stale;
      return;
    case 'cursor':
      cursor = message.at;
      markCursor();
  }
});
