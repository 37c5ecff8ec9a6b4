import type { Availability, Figures, PageData, PageEdge, PageFinding, PageNode } from './data.ts';
import { shape } from './element.ts';
import {
  availabilityText,
  demandText,
  type Heat,
  heatOfAmplification,
  heatOfAvailability,
  heatOfDemand,
  heatOfLatency,
  heatOfWorst,
  latencyText,
  percentText,
  timesText,
  worstText,
} from './heat.ts';
import type { Picture } from './picture.ts';
import { palette, type Teams, teamOf } from './teams.ts';

export type Overlay =
  | 'none'
  | 'findings'
  | 'attempts'
  | 'latency'
  | 'availability'
  | 'demand'
  | 'ownership'
  | 'contexts';

/** How something is marked: the class that colours it, and a word that stands on it. */
interface Mark {
  readonly style: string;
  readonly word?: string;
}

const hot = (heat: Heat, word?: string): Mark => ({ style: `heat-${heat}`, ...(word === undefined ? {} : { word }) });

/** Marks all that the overlay speaks of. */
export function lay(overlay: Overlay, data: PageData, picture: Picture, teams: Teams): void {
  picture.svg.dataset.overlay = overlay;
  for (const part of [...picture.parts.values(), ...picture.labels.values()])
    part.classList.remove(...[...part.classList].filter((name) => /^(heat|team|found|soft)-/.test(name)));
  for (const word of picture.svg.querySelectorAll('.weir-word')) word.remove();
  const marks = [
    ...data.nodes.map((node) => [node.id, markOfNode(overlay, node, teams)] as const),
    ...data.groups.map(({ id, findings }) => [id, markOfGroup(overlay, id, findings, teams)] as const),
    ...data.edges.map((edge) => [edge.id, markOfEdge(overlay, edge)] as const),
  ].flatMap(([id, mark]) => (mark && picture.parts.has(id) ? [{ id, mark }] : []));
  // All is measured before anything changes: else the browser would lay it out again for each tag.
  const tags = marks.flatMap(({ id, mark }) => tagFor(mark, picture.parts.get(id)!, picture.labels.get(id)) ?? []);
  for (const { id, mark } of marks)
    for (const part of [picture.parts.get(id), picture.labels.get(id)]) part?.classList.add(...mark.style.split(' '));
  picture.svg.querySelector('g.picture')!.append(...tags);
}

function markOfNode(overlay: Overlay, node: PageNode, teams: Teams): Mark | undefined {
  switch (overlay) {
    case 'findings':
      return markOfFindings(node.findings);
    case 'latency':
      return markOfLatency(node);
    case 'availability':
      return node.availability && hot(heatOfAvailability(node.availability), availabilityText(node.availability));
    case 'demand':
      return markOfDemand(node);
    case 'ownership':
    case 'contexts': {
      const team = teamOf(overlay, node, teams);
      return team === undefined ? undefined : { style: `team-${team % palette}` };
    }
    case 'attempts':
    case 'none':
      return undefined;
  }
}

/** With a promise it is that what counts, else the longest wait. */
function markOfLatency({ latency, worst }: Figures): Mark | undefined {
  if (latency) return hot(heatOfLatency(latency), latencyText(latency));
  return worst === undefined ? undefined : hot(heatOfWorst(worst), worstText(worst));
}

const markOfDemand = ({ demand }: Figures): Mark | undefined => demand && hot(heatOfDemand(demand), demandText(demand));

function markOfGroup(overlay: Overlay, id: string, findings: readonly PageFinding[], teams: Teams): Mark | undefined {
  if (overlay === 'findings') return markOfFindings(findings);
  const team = overlay === 'contexts' ? teams.contexts.get(id) : undefined;
  return team === undefined ? undefined : { style: `team-${team % palette}` };
}

function markOfEdge(overlay: Overlay, edge: PageEdge): Mark | undefined {
  const { findings, amplification, worst, availability } = edge;
  switch (overlay) {
    case 'findings':
      return markOfFindings(findings);
    case 'attempts':
      return amplification === undefined
        ? undefined
        : hot(heatOfAmplification(amplification), amplification === 1 ? undefined : timesText(amplification));
    case 'latency':
      return worst === undefined ? undefined : hot(heatOfWorst(worst), worstText(worst));
    case 'availability':
      return availability && markOfCall(availability);
    case 'demand':
      return markOfDemand(edge);
    case 'ownership':
    case 'contexts':
    case 'none':
      return undefined;
  }
}

/** A call that may fail uses nothing up. */
function markOfCall(availability: Availability): Mark {
  if (!availability.hard) return { style: 'heat-0 soft-edge' };
  const { possible } = availability;
  return hot(heatOfAvailability(availability), possible === undefined ? undefined : percentText(possible));
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
  const width = 12 + 6.2 * word.length;
  const x = middle ? middle.x - width / 2 : label ? box.x - width - 3 : box.x + box.width - width + 8;
  const y = middle ? middle.y - 8 : box.y - (label ? 0 : 9);
  const tag = shape('g', { class: `weir-word ${style}` });
  tag.append(
    shape('rect', { x, y, width, height: 16, rx: 8 }),
    shape('text', { x: x + width / 2, y: y + 11.5, 'text-anchor': 'middle' }, word),
  );
  return tag;
}
