import type { Size } from './geometry.ts';
import type { DiagramEdge, DiagramGroup, DiagramNode, NodeKind } from './graph.ts';
import { textWidth } from './text.ts';

/** Sizes of type, in pixels. */
export const type = { title: 20, subtitle: 12, name: 14, line: 11, badge: 9.5, group: 13, label: 10.5 } as const;

/** Heights of the rows in a node, and what is left free around them. */
export const rows = { name: 20, line: 15, badge: 20, badgeGap: 4, operation: 17, operationGap: 8 } as const;

/** Distances between a shape's outline and its text: the shapes of cylinders and parallelograms need more of it. */
export const insets: {
  readonly [K in NodeKind]: { readonly x: number; readonly top: number; readonly bottom: number };
} = {
  service: { x: 16, top: 10, bottom: 10 },
  gateway: { x: 24, top: 10, bottom: 10 },
  external: { x: 16, top: 10, bottom: 10 },
  database: { x: 16, top: 20, bottom: 10 },
  cache: { x: 20, top: 9, bottom: 9 },
  broker: { x: 24, top: 9, bottom: 9 },
  store: { x: 16, top: 14, bottom: 9 },
  event: { x: 22, top: 6, bottom: 6 },
  context: { x: 18, top: 14, bottom: 14 },
};

const widest = 250;
const narrowest: { readonly [K in NodeKind]: number } = {
  service: 170,
  gateway: 170,
  external: 150,
  database: 124,
  cache: 124,
  broker: 124,
  store: 124,
  event: 110,
  context: 190,
};

/** Ends of edges on one side of a node stand at least so far apart, so that their labels do too. */
export const portGap = { beside: 18, above: 26 } as const;

/** The size that a node needs for its text, for `ports` ends of edges on its fuller side, and for `above` on its top. */
export function nodeSize(node: DiagramNode, ports: number, above: number): Size {
  const inset = insets[node.kind];
  const icon = node.kind === 'external' || node.kind === 'gateway' ? 22 : 0;
  const text = Math.max(
    textWidth(node.name, type.name, 'bold') + icon,
    ...[...node.lines, ...(node.operations ?? [])].map((line) => textWidth(line, type.line)),
    node.badges.reduce((sum, badge) => sum + badgeWidth(badge) + rows.badgeGap, -rows.badgeGap),
  );
  const height = inset.top + inset.bottom + textHeight(node);
  const forPorts = Math.min((ports - 1) * portGap.beside + 24, 30 * portGap.beside);
  return {
    width: Math.round(
      Math.min(
        Math.max(widest, (above - 1) * portGap.above + 48),
        Math.max(narrowest[node.kind], text + 2 * inset.x + 2, (above - 1) * portGap.above + 48),
      ),
    ),
    height: Math.round(Math.max(height, forPorts)),
  };
}

/** How high all rows of a node are together. */
export const textHeight = ({ lines, badges, operations = [] }: DiagramNode): number =>
  rows.name +
  lines.length * rows.line +
  (badges.length > 0 ? rows.badge : 0) +
  (operations.length > 0 ? operations.length * rows.operation + rows.operationGap : 0);

export const badgeWidth = (badge: string): number => Math.ceil(textWidth(badge, type.badge) + 12);

const padding = 7;
/** Labels never grow wider: what does not fit is cut short and stands in full in the tooltip. */
const widestLabel = 220;

/** What stands on an edge: the transport, then the policy. */
export function labelSize(edge: DiagramEdge): Size | undefined {
  const parts = [edge.transport, edge.label].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const text =
    (edge.transport ? textWidth(edge.transport, type.label, 'bold') : 0) +
    (edge.label ? textWidth(edge.label, type.label) : 0) +
    (parts.length - 1) * 5;
  return { width: Math.ceil(Math.min(widestLabel, text + 2 * padding)), height: 16 };
}

/** The band at the top of a group that holds its title. */
export function groupTitleSize(group: DiagramGroup): Size {
  const subtitle = group.subtitle === undefined ? 0 : textWidth(group.subtitle, type.line) + 10;
  return { width: Math.min(360, Math.ceil(textWidth(group.name, type.group, 'bold') + subtitle + 44)), height: 32 };
}
