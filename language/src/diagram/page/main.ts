import { atPlace } from './at-place.ts';
import type { PageEdge, PageGroup, PageNode, PagePlace } from './data.ts';
import { element, need } from './element.ts';
import { exportMenu } from './export-menu.ts';
import { focusOn } from './focus.ts';
import { asDrawn, type Drawn, type Shown } from './folded.ts';
import { type FromHost, hear, host, keep, kept } from './host.ts';
import { followPointer } from './hover.ts';
import { keyOf } from './key.ts';
import { showMeaning } from './meaning.ts';
import { minimapOf } from './minimap.ts';
import { lay, type Overlay } from './overlay.ts';
import { pictureOf } from './picture.ts';
import { draw, type Scene, sceneOf } from './scene.ts';
import { found } from './search.ts';
import { switchList } from './switch-list.ts';
import { teamsOf } from './teams.ts';
import { tellEdge, tellFindings, tellGroup, tellNode } from './tell.ts';
import { followTheme } from './theme.ts';
import { treeOf } from './tree.ts';
import { viewOf } from './view.ts';

const json = (selector: string): unknown => JSON.parse(need(selector).textContent ?? '');
const pane = need<HTMLElement>('#picture');

// ── what is drawn, and what of it is shown ──────────────────────────────────────────────────────────────────────────

let drawn = { data: json('#data'), places: json('#places') } as Drawn;
/** Contexts that the reader has folded up or unfolded. */
let turned = new Set(kept().turned ?? []);
let operations = kept().operations ?? false;
let scene = sceneOf(drawn, shown());
let parts = partsOf(scene);
let picture =
  turned.size > 0 || operations
    ? draw(scene, need('#picture svg'))
    : pictureOf(need<SVGSVGElement>('#picture svg'), scene.laidOut);

function shown(): Shown {
  const { folded } = asDrawn(drawn);
  return { folded: either(folded, turned), operations };
}

/** What is in one of two sets and not in the other. */
function either(one: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> {
  return new Set([...[...one].filter((id) => !other.has(id)), ...[...other].filter((id) => !one.has(id))]);
}

function partsOf({ data }: Scene) {
  return {
    nodes: new Map<string, PageNode>(data.nodes.map((node) => [node.id, node])),
    groups: new Map<string, PageGroup>(data.groups.map((group) => [group.id, group])),
    edges: new Map<string, PageEdge>(data.edges.map((edge) => [edge.id, edge])),
    names: new Map([...data.nodes, ...data.groups].map(({ id, name }) => [id, name])),
  };
}

const map = minimapOf((middle) => view.moveTo(middle));
const tree = treeOf(need<HTMLElement>('#list'), (id) => {
  choose(id, 'elsewhere');
  reveal(id);
});
const theme = need<HTMLSelectElement>('#theme');
theme.value = kept().theme ?? theme.value;
// An editor has its own.
theme.hidden = host !== undefined;
theme.addEventListener('change', () => keep({ theme: theme.value }));
const showTheme = followTheme(() => picture.svg);
const overlay = need<HTMLSelectElement>('#overlay');
overlay.value = kept().overlay ?? 'none';
switchList();
map.draw(picture);
const view = viewOf(picture, pane, map.mark);

/** All that goes with a picture that has just been drawn. */
function dress(): void {
  showTheme();
  tree.fill(scene.data);
  need('#elsewhere').replaceChildren(
    ...(scene.data.elsewhere.length === 0
      ? []
      : [element('h3', {}, 'Findings elsewhere'), ...tellFindings(scene.data.elsewhere)]),
  );
  showMeaning(scene.graph);
  need<HTMLElement>('#simple').hidden = !drawn.places.simple;
  showOverlay();
  markCursor();
}

/** Draws what is shown now; what the reader has chosen, set and looks at stays. */
function redraw(shift: { readonly x: number; readonly y: number } = { x: 0, y: 0 }): void {
  const before = scene.laidOut.shift;
  scene = sceneOf(drawn, shown());
  parts = partsOf(scene);
  picture = draw(scene, picture.svg);
  map.draw(picture);
  const after = scene.laidOut.shift;
  view.replace(picture, { x: shift.x + after.x - before.x, y: shift.y + after.y - before.y });
  dress();
  choose(chosen !== undefined && picture.parts.has(chosen) ? chosen : undefined, 'picture');
}

// ── one thing is chosen at most ─────────────────────────────────────────────────────────────────────────────────────

let chosen: string | undefined;

function tell(id: string, how: 'in short' | 'all'): HTMLElement[] {
  const { nodes, groups, edges, names } = parts;
  const [node, group, edge] = [nodes.get(id), groups.get(id), edges.get(id)];
  return node ? tellNode(node) : group ? tellGroup(group) : edge ? tellEdge(edge, names, how) : [];
}

/** Chooses a node, group or edge: tells all of it, marks it in picture and tree, and says so to whoever shows the page. */
function choose(id: string | undefined, from: 'picture' | 'elsewhere'): void {
  chosen = id;
  for (const old of document.querySelectorAll('.chosen')) old.classList.remove('chosen');
  const told = need<HTMLElement>('#told');
  const [title, ...rest] = id === undefined ? [] : tell(id, 'all');
  told.replaceChildren(...(id === undefined || !title ? [] : [title, ...turnButton(id), ...rest]));
  told.hidden = id === undefined;
  if (id !== undefined) told.scrollTop = 0;
  tree.mark(id);
  focus();
  const part = id === undefined ? undefined : picture.parts.get(id);
  if (id === undefined || !part) return;
  part.classList.add('chosen');
  picture.labels.get(id)?.classList.add('chosen');
  if (from === 'elsewhere') view.show(part);
}

const focus = (): void => focusOn(chosen, scene.data, picture);

/** Has the editor around the page show where something is written. */
function reveal(id: string | undefined): void {
  const part = parts.nodes.get(id ?? '') ?? parts.groups.get(id ?? '') ?? parts.edges.get(id ?? '');
  if (part) host?.postMessage({ type: 'reveal', at: part.at });
}

const idAt = (target: EventTarget | null): string | undefined => {
  const part = target instanceof Element ? target.closest<SVGElement>('[data-id],[data-edge]') : null;
  return part?.dataset.id ?? part?.dataset.edge;
};

pane.addEventListener('click', ({ target }) => {
  const fold = target instanceof Element ? target.closest<SVGElement>('[data-fold]')?.dataset.fold : undefined;
  if (fold !== undefined) return turn(fold);
  choose(idAt(target), 'picture');
  reveal(idAt(target));
});
need('#told').addEventListener('click', ({ target }) => {
  const { file, line, fold } = target instanceof HTMLElement ? target.dataset : {};
  if (fold !== undefined) turn(fold);
  if (file !== undefined) host?.postMessage({ type: 'reveal', at: { file, line: Number(line) } });
});
const tellShort = (id: string): HTMLElement[] => tell(id, 'in short');
followPointer(pane, idAt, tellShort, (id) => {
  for (const old of document.querySelectorAll('.hovered')) old.classList.remove('hovered');
  if (id !== undefined) picture.parts.get(id)?.classList.add('hovered');
});

// ── contexts, operations, focus ─────────────────────────────────────────────────────────────────────────────────────

const isContext = (id: string): boolean =>
  parts.nodes.get(id)?.kind === 'context' || parts.groups.get(id)?.kind === 'context';

/** Folds a context up, or unfolds it. */
function turn(id: string): void {
  turned = either(turned, new Set([id]));
  keep({ turned: [...turned] });
  redraw();
  choose(id, 'picture');
}

function turnButton(id: string): HTMLElement[] {
  if (!isContext(id)) return [];
  return [element('button', { type: 'button', 'data-fold': id }, parts.groups.has(id) ? 'Collapse' : 'Expand')];
}

/** A button that stays pressed. */
function toggle(selector: string, pressed: boolean, act: (pressed: boolean) => void): void {
  const button = need(selector);
  button.setAttribute('aria-pressed', String(pressed));
  button.addEventListener('click', () => {
    const now = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(now));
    act(now);
  });
}

toggle('#operations', operations, (on) => {
  operations = on;
  keep({ operations });
  redraw();
});
toggle('#focus', false, (on) => {
  need<HTMLElement>('#hops').hidden = !on;
  focus();
});
for (const selector of ['#up', '#down']) need(selector).addEventListener('input', focus);

// ── search, overlays, tools ─────────────────────────────────────────────────────────────────────────────────────────

const search = need<HTMLInputElement>('#search');
let hit = 0;

function find(step: number): void {
  const hits = found([...scene.data.nodes, ...scene.data.groups], search.value);
  const ids = new Set(hits.map(({ id }) => id));
  hit = hits.length === 0 ? 0 : (hit + step + hits.length) % hits.length;
  for (const [id, part] of picture.parts) part.classList.toggle('hit', ids.has(id));
  need('#hits').textContent =
    search.value === '' ? '' : hits.length === 0 ? 'nothing found' : `${hit + 1} of ${hits.length}`;
  if (hits.length > 0) choose(hits[hit]!.id, 'elsewhere');
}

search.addEventListener('input', () => {
  hit = 0;
  find(0);
});
search.addEventListener('keydown', ({ key, shiftKey }) => {
  if (key === 'Enter') find(shiftKey ? -1 : 1);
});

function showOverlay(): void {
  const teams = teamsOf(drawn.data);
  lay(overlay.value as Overlay, scene.data, picture, teams);
  const keys = keyOf(overlay.value as Overlay, teams);
  need<HTMLElement>('#key').hidden = keys.length === 0;
  need('#key').replaceChildren(...keys);
}

overlay.addEventListener('change', () => {
  showOverlay();
  keep({ overlay: overlay.value });
});

const menu = exportMenu(() => ({ picture, graph: scene.graph }));

const tools: Readonly<Record<string, () => void>> = {
  '#fit': view.fit,
  '#nearer': () => view.zoom(1.25),
  '#farther': () => view.zoom(0.8),
};
for (const [selector, act] of Object.entries(tools)) need(selector).addEventListener('click', act);

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    if (!menu.close()) choose(undefined, 'elsewhere');
  }
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/') {
    event.preventDefault();
    search.focus();
  }
  if (event.key === 'c' && chosen !== undefined && isContext(chosen)) turn(chosen);
});

// ── an editor around the page ───────────────────────────────────────────────────────────────────────────────────────

let cursor: PagePlace | undefined;

/** Marks what the cursor in the text stands in, or the context that is folded up around it. */
function markCursor(): void {
  const written = cursor && atPlace(drawn.data, cursor);
  const seen = cursor && atPlace(scene.data, cursor);
  const home = drawn.data.nodes.find(({ id }) => id === written)?.group;
  const id = [written, home, seen].find((one) => one !== undefined && picture.parts.has(one));
  for (const old of picture.svg.querySelectorAll('.cursor')) old.classList.remove('cursor');
  if (id !== undefined) picture.parts.get(id)?.classList.add('cursor');
}

function update({ data, places, shift }: Extract<FromHost, { type: 'update' }>): void {
  drawn = { data, places };
  redraw(shift);
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

dress();
