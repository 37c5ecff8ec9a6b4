import type { PageData, PageEdge, PageFinding, PageNode } from './data.ts';
import { element } from './element.ts';

/** A row of the tree, with what hangs on it. */
interface Branch {
  readonly id: string;
  readonly kind: string;
  readonly words: string;
  readonly findings: number;
  readonly open: boolean;
  readonly below: readonly Branch[];
}

/** The picture as a tree that says the same: contexts, what stands in them, and what leads from there. */
export interface Tree {
  readonly fill: (data: PageData) => void;
  /** Marks the row of what is chosen and unfolds what hides it. */
  readonly mark: (id: string | undefined) => void;
}

/** Above so many rows contexts begin folded. */
const openUpTo = 80;

/** One row at a time can be reached by Tab, the others by arrow keys (WAI-ARIA Authoring Practices, tree view). */
export function treeOf(list: HTMLElement, choose: (id: string) => void): Tree {
  const rows = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=treeitem]')].filter(isSeen);
  const row = (id: string): HTMLElement | null => list.querySelector(`[data-of="${CSS.escape(id)}"]`);
  const reach = (item: HTMLElement | undefined | null, focus: boolean): void => {
    if (!item) return;
    for (const other of list.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', '-1');
    item.tabIndex = 0;
    if (focus) item.focus();
  };
  const turn = (item: HTMLElement, open: boolean): void => {
    if (item.hasAttribute('aria-expanded')) item.setAttribute('aria-expanded', String(open));
  };
  const isOpen = (item: HTMLElement): boolean => item.getAttribute('aria-expanded') === 'true';
  const step = (item: HTMLElement, by: number): void => {
    const all = rows();
    reach(all[all.indexOf(item) + by], true);
  };

  list.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element)) return;
    const item = target.closest<HTMLElement>('[role=treeitem]');
    if (!item) return;
    reach(item, true);
    if (target.closest('.twist')) turn(item, !isOpen(item));
    else choose(item.dataset.of!);
  });
  list.addEventListener('keydown', (event) => {
    const item = document.activeElement;
    if (!(item instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Readonly<Record<string, () => void>> = {
      ArrowDown: () => step(item, 1),
      ArrowUp: () => step(item, -1),
      ArrowRight: () => (item.getAttribute('aria-expanded') === 'false' ? turn(item, true) : step(item, 1)),
      ArrowLeft: () => (isOpen(item) ? turn(item, false) : reach(above(item), true)),
      Home: () => reach(rows()[0], true),
      End: () => reach(rows().at(-1), true),
      Enter: () => choose(item.dataset.of!),
      ' ': () => choose(item.dataset.of!),
    };
    const way =
      ways[event.key] ?? (/^[\p{L}\p{N}]$/u.test(event.key) && (() => reach(next(rows(), item, event.key), true)));
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    way();
  });

  return {
    fill: (data) => {
      const open = new Map(
        [...list.querySelectorAll<HTMLElement>('[aria-expanded]')].map((item) => [item.dataset.of!, isOpen(item)]),
      );
      const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.of : undefined;
      list.replaceChildren(...branchesOf(data).map((branch) => item(branch, 1, open)));
      reach(row(focused ?? '') ?? rows()[0], focused !== undefined);
    },
    mark: (id) => {
      for (const old of list.querySelectorAll('[aria-selected]')) old.removeAttribute('aria-selected');
      const item = id === undefined ? null : row(id);
      if (!item) return;
      for (let outer = above(item); outer; outer = above(outer)) turn(outer, true);
      item.setAttribute('aria-selected', 'true');
      reach(item, false);
      item.querySelector('.row')!.scrollIntoView({ block: 'nearest' });
    },
  };
}

const above = (item: HTMLElement): HTMLElement | null => item.parentElement!.closest<HTMLElement>('[role=treeitem]');

const isSeen = (item: HTMLElement): boolean => {
  for (let outer = above(item); outer; outer = above(outer))
    if (outer.getAttribute('aria-expanded') === 'false') return false;
  return true;
};

/** The next row behind one that begins with a letter. */
function next(rows: readonly HTMLElement[], item: HTMLElement, letter: string): HTMLElement | undefined {
  const at = rows.indexOf(item) + 1;
  const name = (row: HTMLElement): string => row.querySelector('.name')!.textContent!.toLowerCase();
  return [...rows.slice(at), ...rows.slice(0, at)].find((row) => name(row).startsWith(letter.toLowerCase()));
}

function item(
  { id, kind, words, findings, open, below }: Branch,
  level: number,
  known: ReadonlyMap<string, boolean>,
): HTMLElement {
  const count =
    findings === 0 ? [] : [element('span', { class: 'count' }, `${findings} finding${findings === 1 ? '' : 's'}`)];
  const twist = element('span', { class: 'twist', 'aria-hidden': 'true' });
  const row = element(
    'span',
    { class: 'row' },
    twist,
    element('small', {}, `${kind} `),
    element('span', { class: 'name' }, words),
    ' ',
    ...count,
  );
  const inner = below.map((branch) => item(branch, level + 1, known));
  return element(
    'li',
    {
      role: 'treeitem',
      tabindex: '-1',
      'aria-level': String(level),
      'data-of': id,
      ...(inner.length === 0 ? {} : { 'aria-expanded': String(known.get(id) ?? open) }),
    },
    row,
    ...(inner.length === 0 ? [] : [element('ul', { role: 'group' }, ...inner)]),
  );
}

function branchesOf({ nodes, groups, edges }: PageData): Branch[] {
  const names = new Map([...nodes, ...groups].map(({ id, name }) => [id, name]));
  const from = Map.groupBy(edges, (edge) => edge.from);
  const leading = (id: string): Branch[] =>
    (from.get(id) ?? []).map((edge) => edgeBranch(edge, names.get(edge.to) ?? ''));
  const open = nodes.length <= openUpTo;
  const nodeBranch = ({ id, kind, name, findings }: PageNode): Branch => ({
    id,
    kind: kind === 'context' ? 'folded context' : kind,
    words: name,
    findings: findings.length,
    open: false,
    below: leading(id),
  });
  const inside = Map.groupBy(nodes, ({ group }) => group);
  return [
    ...(inside.get(undefined) ?? []).map(nodeBranch),
    ...groups.map((group): Branch => {
      const members = (inside.get(group.id) ?? []).map(nodeBranch);
      const { id, kind, name, findings } = group;
      return { id, kind, words: name, findings: count(findings), open, below: [...members, ...leading(id)] };
    }),
  ].sort((a, b) => order(a) - order(b));
}

/** Where requests come in first, then contexts, then the rest. */
const order = ({ kind }: Branch): number =>
  kind === 'gateway' ? 0 : kind.endsWith('context') ? 1 : kind === 'service' ? 2 : 3;

const count = (findings: readonly PageFinding[]): number => findings.length;

const edgeBranch = ({ id, kind, label, findings }: PageEdge, to: string): Branch => ({
  id,
  kind: verbs[kind],
  words: `${to}${label === undefined ? '' : `: ${label}`}`,
  findings: findings.length,
  open: false,
  below: [],
});

const verbs: { readonly [K in PageEdge['kind']]: string } = {
  call: 'calls',
  serve: 'serves',
  use: 'uses',
  publish: 'publishes',
  consume: 'goes to',
  relation: 'is related to',
};
