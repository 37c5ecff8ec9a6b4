import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fold } from '../../../language/src/diagram/fold.ts';
import type { DiagramGraph } from '../../../language/src/diagram/graph.ts';
import { loadLayout } from '../../../language/src/diagram/load-layout.ts';
import { randomFrom, system } from '../../../language/src/diagram/random-graph-fixture.ts';
import { installRivals } from '../rivals.ts';
import { median, row } from '../table.ts';

const rivals = { elkjs: '0.12.1', '@dagrejs/dagre': '3.1.3' };
const rounds = 3;
/** What rivals take for more is minutes (`models.md` of the design: 44 s and over 60 s for 2,000 nodes). */
const rivalsUpTo = 500;

/** Lays something out, or says that it does not. */
interface Subject {
  readonly name: string;
  readonly lay: (graph: DiagramGraph) => unknown;
  readonly upTo: number;
}

/**
 * Milliseconds of CPU for a picture laid out anew: Weir with every line and label at its place, the others with nodes placed
 * and plain lines. The preview draws contexts as one node each where there are more than 500 nodes.
 */
export async function benchLayouts(work: string): Promise<void> {
  const subjects = await subjectsFrom(installRivals(work, rivals));
  console.log(`\nLayout, ms of CPU, median of ${rounds}`);
  row('nodes', ...subjects.map(({ name }) => name));
  for (const size of [50, 100, 500, 2000]) {
    for (const grouped of [true, false]) {
      const graph = system(size, grouped, randomFrom(size));
      const columns: string[] = [];
      for (const { lay, upTo } of subjects) columns.push(size > upTo ? '–' : await cost(() => lay(graph)));
      row(`${size}${grouped ? ' in contexts' : ''}`, ...columns);
    }
  }
}

/** `fails` for who cannot do it: dagre cannot draw some edges out of a group. */
async function cost(lay: () => unknown): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    try {
      await lay();
    } catch {
      return 'fails';
    }
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return median(times).toFixed(0);
}

async function subjectsFrom(installed: string): Promise<Subject[]> {
  const load = createRequire(join(installed, 'x.js'));
  const layout = await loadLayout();
  const Elk = load('elkjs/lib/elk.bundled.js');
  const dagre = load('@dagrejs/dagre');
  const elk = new Elk();
  return [
    { name: 'weir, as shown', lay: (graph) => layout(fold(graph, 'auto')), upTo: 2000 },
    { name: 'weir, unfolded', lay: (graph) => layout(graph), upTo: 2000 },
    { name: 'elkjs', lay: (graph) => elk.layout(elkGraph(graph)), upTo: rivalsUpTo },
    { name: 'dagre', lay: (graph) => dagreLayout(dagre, graph), upTo: rivalsUpTo },
  ];
}

const size = { width: 170, height: 75 } as const;

/** Edges between nodes only: dagre knows none of groups. */
const drawn = ({ nodes, edges }: DiagramGraph) => {
  const ids = new Set(nodes.map(({ id }) => id));
  return edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
};

function elkGraph(graph: DiagramGraph) {
  const leaf = ({ id }: { readonly id: string }) => ({ id, ...size });
  const inside = Map.groupBy(graph.nodes, ({ group }) => group);
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
    },
    children: [
      ...(inside.get(undefined) ?? []).map(leaf),
      ...graph.groups.map(({ id }) => ({ id, children: (inside.get(id) ?? []).map(leaf) })),
    ],
    edges: drawn(graph).map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
  };
}

/** As much of dagre as is needed. */
interface Dagre {
  readonly graphlib: {
    readonly Graph: new (
      options: object,
    ) => {
      setGraph(options: object): void;
      setDefaultEdgeLabel(label: () => object): void;
      setNode(id: string, node: object): void;
      setParent(id: string, parent: string): void;
      setEdge(from: string, to: string): void;
    };
  };
  readonly layout: (graph: object) => void;
}

function dagreLayout({ graphlib, layout }: Dagre, graph: DiagramGraph): void {
  const drawing = new graphlib.Graph({ compound: true });
  drawing.setGraph({ rankdir: 'LR' });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { id } of graph.groups) drawing.setNode(id, {});
  for (const { id, group } of graph.nodes) {
    drawing.setNode(id, { ...size });
    if (group !== undefined) drawing.setParent(id, group);
  }
  for (const { from, to } of drawn(graph)) drawing.setEdge(from, to);
  layout(drawing);
}
