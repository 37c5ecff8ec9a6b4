import type { DiagramGraph, EdgeKind, NodeKind } from './graph.ts';
import { icon, shape } from './shapes.ts';
import { textWidth } from './text.ts';
import { element, escaped } from './xml.ts';

const nodeWords: { readonly [K in NodeKind]: string } = {
  gateway: 'gateway',
  service: 'service',
  external: 'run by others',
  database: 'database',
  cache: 'cache',
  store: 'resource',
  broker: 'broker',
  event: 'event',
  context: 'context, folded',
};

const edgeWords: { readonly [K in EdgeKind]: string } = {
  serve: 'serves routes',
  call: 'calls: timeout of one attempt · attempts · policy',
  use: 'uses',
  publish: 'publishes',
  consume: 'consumes: deliveries',
  relation: 'relation of contexts',
};

interface Key {
  readonly swatch: string;
  readonly swatchWidth: number;
  readonly words: string;
}

const rowHeight = 26;

/** What the shapes and lines of this picture mean, in rows of at most `width` pixels. Empty for an empty picture. */
export function legend(
  graph: DiagramGraph,
  width: number,
): { readonly lines: readonly string[]; readonly height: number } {
  const keys = keysOf(graph);
  if (keys.length === 0) return { lines: [], height: 0 };
  const lines: string[] = [];
  let [x, y] = [0, 0];
  for (const { swatch, swatchWidth, words } of keys) {
    const own = swatchWidth + 8 + textWidth(words, 11);
    if (x > 0 && x + own > width) {
      x = 0;
      y += rowHeight;
    }
    lines.push(
      element(
        'g',
        { transform: `translate(${Math.round(x)} ${y})` },
        swatch,
        element('text', { class: 'soft', x: swatchWidth + 8, y: 13 }, escaped(words)),
      ),
    );
    x += own + 26;
  }
  return { lines, height: y + rowHeight };
}

function keysOf(graph: DiagramGraph): Key[] {
  const kinds = new Set(graph.nodes.map(({ kind }) => kind));
  const edges = new Set(graph.edges.map(({ kind }) => kind));
  const frames = new Set(graph.groups.map(({ kind }) => kind));
  const nodeKeys = (Object.keys(nodeWords) as NodeKind[])
    .filter((kind) => kinds.has(kind))
    .map((kind) => ({ swatch: nodeSwatch(kind), swatchWidth: 28, words: nodeWords[kind] }));
  const frameKeys = [
    ...(frames.has('broker') ? [{ swatch: frameSwatch('broker'), swatchWidth: 28, words: 'broker' }] : []),
    ...(frames.has('context') ? [{ swatch: frameSwatch('context'), swatchWidth: 28, words: 'bounded context' }] : []),
  ];
  const edgeKeys = (Object.keys(edgeWords) as EdgeKind[])
    .filter((kind) => edges.has(kind))
    .map((kind) => ({ swatch: edgeSwatch(kind), swatchWidth: 34, words: edgeWords[kind] }));
  return [...nodeKeys, ...frameKeys, ...edgeKeys];
}

function nodeSwatch(kind: NodeKind): string {
  const box = { x: 0, y: 0, width: 28, height: 18 };
  return element('g', { class: kind, transform: 'translate(0 0)' }, shape(kind, box), icon(kind, 9, 4, 10));
}

function frameSwatch(kind: 'broker' | 'context'): string {
  return element(
    'g',
    { class: `group ${kind}` },
    element('rect', { class: 'frame', width: 28, height: 18, rx: kind === 'broker' ? 8 : 4 }),
  );
}

function edgeSwatch(kind: EdgeKind): string {
  return element(
    'g',
    { class: kind },
    element('path', { class: 'line', d: 'M0 9H26' }),
    element('path', { class: 'head', d: 'M34 9L26 5L27.6 9L26 13Z' }),
  );
}
