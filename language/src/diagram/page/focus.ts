import type { PageData } from './data.ts';
import { need } from './element.ts';
import type { Picture } from './picture.ts';
import { reach } from './reach.ts';

const hops = (selector: string): number => need<HTMLInputElement>(selector).valueAsNumber || 0;

/** With focus on, only what is so many hops up and down from the chosen node or edge stays bright. */
export function focusOn(chosen: string | undefined, { nodes, groups, edges }: PageData, picture: Picture): void {
  const on = chosen !== undefined && need('#focus').getAttribute('aria-pressed') === 'true';
  const edge = edges.find(({ id }) => id === chosen);
  const members = nodes.filter(({ group }) => group === chosen).map(({ id }) => id);
  const starts = edge ? [edge.from, edge.to] : [chosen ?? '', ...members];
  const bright = on
    ? new Set(starts.flatMap((start) => [...reach(edges, start, hops('#up'), hops('#down'))]))
    : undefined;
  const inside = (id: string): boolean => bright === undefined || bright.has(id);
  const lit = new Set([
    ...nodes.filter(({ id }) => inside(id)).map(({ id }) => id),
    ...edges.filter(({ from, to }) => inside(from) && inside(to)).map(({ id }) => id),
    ...groups
      .filter(({ id }) => inside(id) || nodes.some((node) => node.group === id && inside(node.id)))
      .map(({ id }) => id),
  ]);
  for (const parts of [picture.parts, picture.labels, picture.titles])
    for (const [id, part] of parts) part.classList.toggle('dim', !lit.has(id));
}
