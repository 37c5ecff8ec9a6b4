import type { PageData, PageEdge, PageFinding, PageNode } from './data.ts';
import { element, need, shape } from './element.ts';
import { type Heat, heatOfAmplification, heatOfWorst, timesText, worstText } from './heat.ts';
import type { Picture } from './picture.ts';

export type Overlay = 'none' | 'findings' | 'attempts' | 'latency' | 'ownership';

/** How something is marked: the class that colours it, and a word that stands on it. */
interface Mark {
  readonly style: string;
  readonly word?: string;
}

const hot = (heat: Heat, word?: string): Mark => ({ style: `heat-${heat}`, ...(word === undefined ? {} : { word }) });

/** Marks all that the overlay speaks of, and says what its colours mean. */
export function lay(overlay: Overlay, data: PageData, picture: Picture): void {
  picture.svg.dataset.overlay = overlay;
  for (const part of [...picture.parts.values(), ...picture.labels.values()])
    part.classList.remove(...[...part.classList].filter((name) => /^(heat|team|found)-/.test(name)));
  for (const word of picture.svg.querySelectorAll('.weir-word')) word.remove();
  const teams = teamsOf(data);
  const marks = [
    ...data.nodes.map((node) => [node.id, markOfNode(overlay, node, teams)] as const),
    ...data.edges.map((edge) => [edge.id, markOfEdge(overlay, edge)] as const),
  ].flatMap(([id, mark]) => (mark && picture.parts.has(id) ? [{ id, mark }] : []));
  // All is measured before anything changes: else the browser would lay it out again for each tag.
  const tags = marks.flatMap(({ id, mark }) => tagFor(mark, picture.parts.get(id)!, picture.labels.get(id)) ?? []);
  for (const { id, mark } of marks)
    for (const part of [picture.parts.get(id), picture.labels.get(id)]) part?.classList.add(mark.style);
  picture.svg.querySelector('g.picture')!.append(...tags);
  need('#key').replaceChildren(...keyOf(overlay, teams));
}

function markOfNode(overlay: Overlay, node: PageNode, teams: ReadonlyMap<string, number>): Mark | undefined {
  switch (overlay) {
    case 'findings':
      return markOfFindings(node.findings);
    case 'latency':
      return node.worst === undefined ? undefined : hot(heatOfWorst(node.worst), worstText(node.worst));
    case 'ownership': {
      const team = teamOf(node, teams);
      return team === undefined ? undefined : { style: `team-${team % palette}` };
    }
    case 'attempts':
    case 'none':
      return undefined;
  }
}

function markOfEdge(overlay: Overlay, { findings, amplification, worst }: PageEdge): Mark | undefined {
  switch (overlay) {
    case 'findings':
      return markOfFindings(findings);
    case 'attempts':
      return amplification === undefined
        ? undefined
        : hot(heatOfAmplification(amplification), amplification === 1 ? undefined : timesText(amplification));
    case 'latency':
      return worst === undefined ? undefined : hot(heatOfWorst(worst), worstText(worst));
    case 'ownership':
    case 'none':
      return undefined;
  }
}

function markOfFindings(findings: readonly PageFinding[]): Mark | undefined {
  const worst = (['error', 'warning', 'hint'] as const).find((severity) =>
    findings.some((finding) => finding.severity === severity),
  );
  return worst && { style: `found-${worst}`, word: String(findings.length) };
}

/** A small tag: at the corner of a node, in front of the label of an edge or in the middle of its line. */
function tagFor({ style, word }: Mark, part: SVGGElement, label: SVGGElement | undefined): SVGElement | undefined {
  if (word === undefined) return undefined;
  const line = part.querySelector<SVGPathElement>('path.line');
  const box = (label ?? part).getBBox();
  const middle = line && !label ? line.getPointAtLength(line.getTotalLength() / 2) : undefined;
  const width = 12 + 6.4 * word.length;
  const x = middle ? middle.x - width / 2 : label ? box.x - width - 3 : box.x + box.width - width + 8;
  const y = middle ? middle.y - 8 : box.y - (label ? 0 : 9);
  const tag = shape('g', { class: `weir-word ${style}` });
  tag.append(
    shape('rect', { x, y, width, height: 16, rx: 8 }),
    shape('text', { x: x + width / 2, y: y + 11.5, 'text-anchor': 'middle' }, word),
  );
  return tag;
}

// ── what the colours mean ───────────────────────────────────────────────────────────────────────────────────────────

/** So many colours there are for teams; with more teams they come again. */
const palette = 8;

/** Who owns what, each with its number; where nobody says so, the contexts. */
function teamsOf({ nodes }: PageData): ReadonlyMap<string, number> {
  const owners = nodes.flatMap(({ owner }) => owner ?? []);
  const all = owners.length > 0 ? owners : nodes.flatMap(({ kind, id }) => (kind === 'context' ? [id] : []));
  return new Map([...new Set(all)].sort().map((name, i) => [name, i]));
}

/** The team of a node among those that there are: its owner's, its context's, or its own where it is one. */
function teamOf({ owner, group, id }: PageNode, teams: ReadonlyMap<string, number>): number | undefined {
  return teams.get(owner ?? '') ?? teams.get(group ?? '') ?? teams.get(id);
}

const amplificationKey = ['×1', '×2 to ×4', '×5 to ×10', '×11 to ×30', 'more'];
const worstKey = ['to 300 ms', 'to 1 s', 'to 3 s', 'to 10 s', 'more, or no bound'];

function keyOf(overlay: Overlay, teams: ReadonlyMap<string, number>): HTMLElement[] {
  const key = (style: string, words: string): HTMLElement =>
    element('span', { class: 'key' }, element('i', { class: style, 'aria-hidden': 'true' }), words);
  switch (overlay) {
    case 'none':
      return [];
    case 'findings':
      return (['error', 'warning', 'hint'] as const).map((severity) => key(`found-${severity}`, severity));
    case 'attempts':
      return [
        element('b', {}, 'Calls that one request can become'),
        ...amplificationKey.map((words, i) => key(`heat-${i}`, words)),
      ];
    case 'latency':
      return [element('b', {}, 'Longest wait'), ...worstKey.map((words, i) => key(`heat-${i}`, words))];
    case 'ownership':
      return [...teams].map(([name, i]) => key(`team-${i % palette}`, name.replace(/^context:/, '')));
  }
}
