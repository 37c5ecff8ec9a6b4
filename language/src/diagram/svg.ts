import { type Box, centre, type Point, right } from './geometry.ts';
import type { DiagramEdge, DiagramNode } from './graph.ts';
import type { LaidOut, PlacedEdge, PlacedGroup, PlacedNode } from './layout.ts';
import { legend } from './legend.ts';
import { badgeWidth, insets, rows, textHeight, type } from './measures.ts';
import { icon, icons, indent, shape } from './shapes.ts';
import { fitted, textWidth } from './text.ts';
import { styleSheet } from './theme.ts';
import { element, escaped, short } from './xml.ts';

export interface SvgOptions {
  /** Puts `data-file` and `data-line` on nodes, groups and edges, for a preview that leads to the source. They change with each edit. */
  readonly places?: boolean;
}

const margin = 36;
const headerHeight = 64;
const narrowest = 560;

/** The picture as one SVG document, light or dark as the reader prefers. The same layout gives the same bytes. */
export function renderSvg(laidOut: LaidOut, options: SvgOptions = {}): string {
  const { graph } = laidOut;
  const width = Math.ceil(
    Math.max(narrowest, laidOut.width + 2 * margin, textWidth(graph.title, type.title, 'bold') + 2 * margin),
  );
  const keys = legend(graph, width - 2 * margin);
  const bodyHeight = graph.nodes.length + graph.groups.length === 0 ? 90 : laidOut.height;
  const legendTop = headerHeight + bodyHeight + margin;
  const height = legendTop + (keys.height > 0 ? keys.height + 18 : 0);
  const left = Math.round((width - laidOut.width) / 2);
  const boxes = new Map([...laidOut.nodes.map((node) => [node.node.id, node] as const)]);
  const relations = laidOut.edges.filter(({ edge }) => edge.kind === 'relation');
  const others = laidOut.edges.filter(({ edge }) => edge.kind !== 'relation');
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" class="weir" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="weir-title weir-desc">`,
    element('title', { id: 'weir-title' }, escaped(graph.title)),
    element('desc', { id: 'weir-desc' }, escaped(description(laidOut))),
    `<style>\n${styleSheet()}\n</style>`,
    element('rect', { class: 'paper', width, height }),
    element(
      'text',
      { class: 'title', x: margin, y: 40 },
      escaped(fitted(graph.title, width - 2 * margin, type.title, 'bold')),
    ),
    ...(graph.subtitle === ''
      ? []
      : [element('text', { class: 'subtitle soft', x: margin, y: 60 }, escaped(graph.subtitle))]),
    `<g class="picture" transform="translate(${left} ${headerHeight + 18})">`,
    ...laidOut.groups.map((group) => drawGroup(group, options)),
    ...relations.map((edge) => drawEdge(edge, boxes, options)),
    ...others.map((edge) => drawEdge(edge, boxes, options)),
    ...laidOut.nodes.map((node) => drawNode(node, options)),
    ...laidOut.edges.flatMap((edge) => drawLabel(edge)),
    ...(bodyHeight === laidOut.height
      ? []
      : [
          element(
            'text',
            { class: 'subtitle soft', x: laidOut.width / 2, y: 40, 'text-anchor': 'middle' },
            'No services yet: declare one and it appears here.',
          ),
        ]),
    '</g>',
    ...(keys.height > 0
      ? [
          `<g class="legend" transform="translate(${margin} ${legendTop + 18})">`,
          element('path', { class: 'rule', d: `M0 -18H${width - 2 * margin}` }),
          ...keys.lines,
          '</g>',
        ]
      : []),
    '</svg>',
  ].join('\n')}\n`;
}

/** For those who cannot see the picture: what there is and what depends on what. */
function description({ graph }: LaidOut): string {
  const names = new Map([...graph.nodes, ...graph.groups].map(({ id, name }) => [id, name]));
  const says = graph.edges.map(({ kind, from, to }) => `${names.get(from)} ${verbs[kind]} ${names.get(to)}`);
  return [
    graph.subtitle === '' ? 'An empty system' : graph.subtitle,
    ...says.slice(0, 60),
    ...(says.length > 60 ? [`and ${says.length - 60} more`] : []),
  ].join('; ');
}

const verbs: { readonly [K in DiagramEdge['kind']]: string } = {
  call: 'calls',
  serve: 'serves',
  use: 'uses',
  publish: 'publishes',
  consume: 'goes to',
  relation: 'is related to',
};

const place = (at: DiagramNode['at'], { places }: SvgOptions): Record<string, string | number> =>
  places ? { 'data-file': at.file, 'data-line': at.start.line } : {};

const tooltip = (...lines: readonly (string | undefined)[]): string =>
  element('title', {}, escaped(lines.filter((line) => line !== undefined && line !== '').join('\n')));

// ── groups and nodes ──────────────────────────────────────────────────────────────────────────────────────────────

function drawGroup(placed: PlacedGroup, options: SvgOptions): string {
  const { group, x, y, width, height } = placed;
  const name = fitted(group.name, width - 56, type.group, 'bold');
  const middle = group.kind === 'broker' ? y + height / 2 : y + 20;
  const subtitleX = x + 38 + textWidth(name, type.group, 'bold') + 8;
  const subtitle = group.subtitle === undefined ? '' : fitted(group.subtitle, right(placed) - subtitleX - 8, type.line);
  return element(
    'g',
    { class: `group ${group.kind}`, 'data-id': group.id, 'data-kind': group.kind, ...place(group.at, options) },
    tooltip(group.name, group.subtitle, group.docs),
    element('rect', { class: 'frame', x, y, width, height, rx: group.kind === 'broker' ? 22 : 12 }),
    icon(group.kind === 'broker' ? 'bus' : 'frame', x + 16, middle - 7, 14),
    element('text', { class: 'group-name', x: x + 38, y: middle + 4.5 }, escaped(name)),
    subtitle.length > 1 ? element('text', { class: 'soft', x: subtitleX, y: middle + 4.5 }, escaped(subtitle)) : '',
  );
}

function drawNode(placed: PlacedNode, options: SvgOptions): string {
  const { node } = placed;
  return element(
    'g',
    {
      class: `node ${node.kind}${node.deprecated === undefined ? '' : ' deprecated'}`,
      'data-id': node.id,
      'data-kind': node.kind,
      ...place(node.at, options),
    },
    tooltip(
      node.name,
      ...node.lines,
      node.badges.join(', '),
      node.deprecated && `deprecated: ${node.deprecated}`,
      node.docs,
    ),
    shape(node.kind, placed),
    ...textOf(placed),
  );
}

/** Services, gateways and externals are cards with their text on the left; the text of other shapes stands in the middle. */
const cards = new Set<string>(['service', 'gateway', 'external']);

function textOf({ node, ...box }: PlacedNode): string[] {
  const inset = insets[node.kind];
  const tall = textHeight(node);
  const room = box.width - 2 * inset.x;
  const card = cards.has(node.kind);
  const x = card ? box.x + inset.x : box.x + box.width / 2;
  let y = Math.round(box.y + inset.top + (box.height - inset.top - inset.bottom - tall) / 2);
  const anchor = card ? {} : { 'text-anchor': 'middle' };
  const drawn: string[] = [];
  const iconRoom = icons[node.kind] === undefined ? 0 : 22;
  if (iconRoom > 0) drawn.push(icon(node.kind, x, y + 1));
  drawn.push(
    element(
      'text',
      { class: 'name', x: x + (card ? iconRoom : 0), y: y + 14.5, ...anchor },
      escaped(fitted(node.name, room - iconRoom, type.name, 'bold')),
    ),
  );
  y += rows.name;
  for (const line of node.lines) {
    drawn.push(element('text', { class: 'soft', x, y: y + 11, ...anchor }, escaped(fitted(line, room, type.line))));
    y += rows.line;
  }
  drawn.push(...badges(node, x, y + 4));
  y += node.badges.length > 0 ? rows.badge : 0;
  return [...drawn, ...operationRows(node, box, y + rows.operationGap, room)];
}

/** Below a rule, as wide as the card. */
function operationRows({ operations = [] }: DiagramNode, box: Box, top: number, room: number): string[] {
  if (operations.length === 0) return [];
  const x = box.x + insets.service.x;
  return [
    element('path', { class: 'rule', d: `M${box.x + 5} ${top}H${right(box)}` }),
    ...operations.map((operation, i) => {
      const [name, route] = operation.split(' · ');
      const shown = fitted(operation, room, type.line);
      const words = shown === operation && route !== undefined ? [name!, route] : [shown];
      return element(
        'text',
        { class: 'operation', x, y: top + 14 + i * rows.operation },
        escaped(words[0]!),
        words.length === 1 ? '' : element('tspan', { class: 'soft', dx: 6 }, escaped(words[1]!)),
      );
    }),
  ];
}

function badges(node: DiagramNode, left: number, y: number): string[] {
  let x = left;
  return node.badges.flatMap((badge) => {
    const width = badgeWidth(badge);
    const drawn = [
      element('rect', { class: 'badge', x, y, width, height: 15, rx: 4 }),
      element(
        'text',
        { class: 'badge-text soft', x: x + width / 2, y: y + 11, 'text-anchor': 'middle' },
        escaped(badge),
      ),
    ];
    x += width + rows.badgeGap;
    return drawn;
  });
}

// ── edges ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const corner = 9;

function drawEdge({ edge, points }: PlacedEdge, boxes: ReadonlyMap<string, PlacedNode>, options: SvgOptions): string {
  const line = reaching(points, boxes.get(edge.from), boxes.get(edge.to));
  const head = arrowHead(line, edge.kind === 'relation' ? 13 : 8);
  return element(
    'g',
    {
      class: `edge ${edge.kind}`,
      'data-id': edge.id,
      'data-from': edge.from,
      'data-to': edge.to,
      ...place(edge.at, options),
    },
    tooltip(...edge.details),
    element('path', { class: 'line', d: rounded([...line.slice(0, -1), head.base]) }),
    element('path', { class: 'head', d: head.path }),
  );
}

/** The line drawn on to where the outlines really are. */
function reaching(points: readonly Point[], from: PlacedNode | undefined, to: PlacedNode | undefined): Point[] {
  const line = [...points];
  if (from) line[0] = inward(from, points[1]!, points[0]!);
  if (to) line[line.length - 1] = inward(to, points.at(-2)!, points.at(-1)!);
  return line;
}

/** The end of a line that comes from `before`, moved on to the outline of the node. */
function inward({ node, ...box }: PlacedNode, before: Point, end: Point): Point {
  if (before.y === end.y) {
    const side = end.x <= centre(box).x ? 'left' : 'right';
    const by = indent(node.kind, box, side, end.y);
    return { x: side === 'left' ? end.x + by : end.x - by, y: end.y };
  }
  const side = end.y <= centre(box).y ? 'top' : 'bottom';
  const by = indent(node.kind, box, side, end.x);
  return { x: end.x, y: side === 'top' ? end.y + by : end.y - by };
}

interface Head {
  readonly base: Point;
  readonly path: string;
}

function arrowHead(points: readonly Point[], length: number): Head {
  const [before, tip] = [points.at(-2)!, points.at(-1)!];
  const [dx, dy] = [Math.sign(tip.x - before.x), Math.sign(tip.y - before.y)];
  const half = length * 0.48;
  const base = { x: tip.x - dx * length * 0.8, y: tip.y - dy * length * 0.8 };
  const back = { x: tip.x - dx * length, y: tip.y - dy * length };
  const side = (by: number): string => `${short(back.x - dy * by)} ${short(back.y + dx * by)}`;
  return {
    base,
    path: `M${short(tip.x)} ${short(tip.y)}L${side(half)}L${short(base.x)} ${short(base.y)}L${side(-half)}Z`,
  };
}

/** A path along the points with round corners. */
function rounded(points: readonly Point[]): string {
  const parts = [`M${short(points[0]!.x)} ${short(points[0]!.y)}`];
  for (let i = 1; i < points.length - 1; i += 1) {
    const [a, b, c] = [points[i - 1]!, points[i]!, points[i + 1]!];
    const radius = Math.min(corner, distance(a, b) / 2, distance(b, c) / 2);
    parts.push(`L${at(b, a, radius)}Q${short(b.x)} ${short(b.y)} ${at(b, c, radius)}`);
  }
  const end = points.at(-1)!;
  return `${parts.join('')}L${short(end.x)} ${short(end.y)}`;
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);

/** The point on the way from `from` to `to` that is so far away. */
function at(from: Point, to: Point, far: number): string {
  return `${short(from.x + Math.sign(to.x - from.x) * far)} ${short(from.y + Math.sign(to.y - from.y) * far)}`;
}

function drawLabel({ edge, label }: PlacedEdge): string[] {
  if (!label) return [];
  const { x, y } = centre(label);
  const transport = edge.transport ? element('tspan', { class: 'transport' }, edge.transport) : '';
  const room = label.width - 14 - (edge.transport ? textWidth(edge.transport, type.label, 'bold') + 5 : 0);
  const term = edge.label
    ? element(
        'tspan',
        { class: 'term', dx: edge.transport ? 5 : undefined },
        escaped(fitted(edge.label, room + 1, type.label)),
      )
    : '';
  return [
    element(
      'g',
      { class: `label ${edge.kind}`, 'data-edge': edge.id },
      tooltip(...edge.details),
      element('rect', { class: 'pill', x: label.x, y: label.y, width: label.width, height: label.height, rx: 8 }),
      element('text', { x, y: y + 3.7, 'text-anchor': 'middle' }, transport, term),
    ),
  ];
}
