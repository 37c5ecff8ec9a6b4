import { callGraph } from '../model/call-graph.ts';
import { contextOf } from '../model/context-of.ts';
import type { Model, Place } from '../model/model.ts';
import { worstOfNode } from '../model/worst-case.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import { edgesOf } from '../rules/edges.ts';
import { type EdgeExplanation, explainEdge } from '../rules/explain/edge.ts';
import { amplificationText, factsOf, sourceText } from '../rules/explain/in-words.ts';
import type { DiagramEdge, DiagramGraph } from './graph.ts';
import { layoutKey } from './layout-key.ts';
import type { PageCall, PageData, PageEdge, PageFinding, PageNode, PagePlace } from './page/data.ts';

/**
 * What the interactive page knows of a picture: of each edge the whole effective policy of its calls, worst cases,
 * amplifications, owners, and what the rules found where.
 *
 * @param diagnostics those of the whole model
 */
export function pageDataOf(model: Model, graph: DiagramGraph, diagnostics: readonly Diagnostic[]): PageData {
  const drawn = drawnAs(model, graph);
  const calls = Map.groupBy(
    edgesOf(model).map((edge) => explainEdge(model, edge, diagnostics)),
    (told) => `${drawn.get(serviceOf(told.from.id))} ${drawn.get(serviceOf(told.to.id))}`,
  );
  const atNodes = Map.groupBy(diagnostics, (diagnostic) => nearest(drawn, diagnostic.within));
  const worsts = worstsOf(model, drawn);
  const owners = new Map(model.services.map((service) => [`service:${service.id}`, service.owner]));
  return {
    title: graph.title,
    key: layoutKey(graph),
    nodes: [...graph.nodes, ...graph.groups].map((node): PageNode => {
      const { id, kind, name, docs, at } = node;
      const [owner, worst] = [owners.get(id), worsts.get(id)];
      return {
        id,
        kind,
        name,
        lines: 'lines' in node ? node.lines : node.subtitle === undefined ? [] : [node.subtitle],
        ...(docs === undefined ? {} : { docs }),
        ...('deprecated' in node && node.deprecated !== undefined ? { deprecated: node.deprecated } : {}),
        ...('group' in node && node.group !== undefined ? { group: node.group } : {}),
        ...(owner === undefined ? {} : { owner }),
        at: placeOf(at),
        ...(worst === undefined ? {} : { worst: finite(worst) }),
        findings: (atNodes.get(id) ?? []).map(findingOf),
      };
    }),
    edges: graph.edges.map((edge) =>
      pageEdge(edge, edge.kind === 'call' ? (calls.get(`${edge.from} ${edge.to}`) ?? []) : []),
    ),
    elsewhere: (atNodes.get(undefined) ?? []).map(findingOf),
  };
}

function pageEdge({ id, kind, from, to, label, details, at }: DiagramEdge, told: readonly EdgeExplanation[]): PageEdge {
  const findings = new Set(told.flatMap((one) => one.findings));
  return {
    id,
    kind,
    from,
    to,
    ...(label === undefined ? {} : { label }),
    details,
    at: placeOf(at),
    calls: told.map(callOf),
    ...(told.length === 0
      ? {}
      : {
          amplification: finite(Math.max(...told.map(({ amplification }) => amplification.product))),
          worst: finite(Math.max(...told.map(({ worst, times }) => worst.ms * times))),
        }),
    findings: [...findings].map(findingOf),
  };
}

function callOf(edge: EdgeExplanation): PageCall {
  return {
    title: `${edge.from.label} → ${edge.to.label}`,
    at: placeOf(edge.at),
    parts: [
      ...edge.policy.map(({ text, from }) => ({ text, from: sourceText(from) })),
      ...edge.removed.map(({ name, by }) => ({ text: `${name} none`, from: sourceText(by) })),
      ...edge.guards.map(({ text, from }) => ({ text, from: `the callee: ${sourceText(from)}` })),
    ],
    facts: [...factsOf(edge), ['Amplification', amplificationText(edge)]],
  };
}

// ── what stands for what ────────────────────────────────────────────────────────────────────────────────────────────

/** By full name of a declaration, the node that shows it: its own, or its context's where that is folded up. */
function drawnAs(model: Model, graph: DiagramGraph): ReadonlyMap<string, string> {
  const nodes = new Set([...graph.nodes, ...graph.groups].map(({ id }) => id));
  const contexts = contextOf(model);
  const declared = [
    ...model.contexts,
    ...model.events,
    ...model.resources,
    ...model.externals,
    ...model.gateways,
    ...model.services,
  ];
  return new Map(
    declared.flatMap(({ kind, id }) => {
      const own = `${kind}:${id}`;
      const folded = `context:${contexts.get(id)?.id}`;
      return nodes.has(own) ? [[id, own]] : nodes.has(folded) ? [[id, folded]] : [];
    }),
  );
}

/** The node of the innermost declaration around a name that has one. */
function nearest(drawn: ReadonlyMap<string, string>, name: string | undefined): string | undefined {
  for (let outer = name; outer !== undefined && outer !== ''; outer = parent(outer)) {
    const node = drawn.get(outer);
    if (node !== undefined) return node;
  }
  return undefined;
}

const parent = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));

/** An operation's or handler's full name is its service's with its own behind. */
const serviceOf = parent;

/** By node, the longest that one of its operations can wait for others. */
function worstsOf(model: Model, drawn: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const worsts = new Map<string, number>();
  for (const node of callGraph(model).nodes.values()) {
    const shown = drawn.get(node.declaration.service);
    if (shown === undefined || node.outgoing.length === 0) continue;
    worsts.set(shown, Math.max(worsts.get(shown) ?? 0, worstOfNode(model, node).ms));
  }
  return worsts;
}

/** JSON knows no Infinity. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const placeOf = ({ file, start }: Place): PagePlace => ({ file, line: start.line });

const findingOf = ({ rule, severity, message, at }: Diagnostic): PageFinding => ({
  rule,
  severity,
  message,
  at: placeOf(at),
});
