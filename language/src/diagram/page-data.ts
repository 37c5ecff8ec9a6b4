import type { CallEdge } from '../model/call-graph.ts';
import type { Model, Place } from '../model/model.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import { edgesOf } from '../rules/edges.ts';
import { type EdgeExplanation, explainEdge } from '../rules/explain/edge.ts';
import { amplificationText, factsOf, sourceText } from '../rules/explain/in-words.ts';
import type { DiagramEdge, DiagramGraph } from './graph.ts';
import { operationsByService } from './nodes-of.ts';
import type { PageCall, PageData, PageEdge, PageFinding, PageGroup, PageNode, PagePlace } from './page/data.ts';
import { figuresOf, figuresOfCalls, finite } from './page-figures.ts';
import { atOnce, forEach, type Steps } from './steps.ts';

interface Told {
  readonly call: CallEdge;
  readonly told: EdgeExplanation;
}

/**
 * What the interactive page knows of a picture: of each edge the whole effective policy of its calls, worst cases,
 * amplifications, promises, demand, owners, and what the rules found where.
 *
 * @param graph without folds: the page folds contexts itself
 * @param diagnostics those of the whole model
 */
export function pageDataOf(model: Model, graph: DiagramGraph, diagnostics: readonly Diagnostic[]): PageData {
  return atOnce(pageDataInSteps(model, graph, diagnostics));
}

/** The same for who has other things to do meanwhile. */
export function* pageDataInSteps(
  model: Model,
  graph: DiagramGraph,
  diagnostics: readonly Diagnostic[],
): Steps<PageData> {
  const drawn = drawnAs(model, graph);
  yield;
  const calls = Map.groupBy(
    yield* forEach(edgesOf(model), (call): Told => ({ call, told: explainEdge(model, call, diagnostics) })),
    ({ told }) => `${drawn.get(parent(told.from.id))} ${drawn.get(parent(told.to.id))}`,
  );
  const atNodes = Map.groupBy(diagnostics, (diagnostic) => nearest(drawn, diagnostic.within));
  const findingsAt = (id: string | undefined): PageFinding[] => (atNodes.get(id) ?? []).map(findingOf);
  const owners = new Map(model.services.map((service) => [`service:${service.id}`, service.owner]));
  const operations = operationsByService(model);
  yield;
  const figures = yield* figuresOf(model);
  return {
    title: graph.title,
    subtitle: graph.subtitle,
    nodes: yield* forEach(graph.nodes, (node): PageNode => {
      const owner = owners.get(node.id);
      return {
        ...node,
        at: placeOf(node.at),
        operations: operations.get(node.id) ?? [],
        ...(owner === undefined ? {} : { owner }),
        ...figures.get(node.id.slice(node.id.indexOf(':') + 1)),
        findings: findingsAt(node.id),
      };
    }),
    groups: graph.groups.map(
      (group): PageGroup => ({ ...group, at: placeOf(group.at), findings: findingsAt(group.id) }),
    ),
    edges: yield* forEach(graph.edges, (edge) =>
      pageEdge(model, edge, edge.kind === 'call' ? (calls.get(`${edge.from} ${edge.to}`) ?? []) : []),
    ),
    elsewhere: findingsAt(undefined),
  };
}

function pageEdge(model: Model, edge: DiagramEdge, calls: readonly Told[]): PageEdge {
  const findings = new Set(calls.flatMap(({ told }) => told.findings));
  const known = { ...edge, at: placeOf(edge.at), calls: calls.map(callOf), findings: [...findings].map(findingOf) };
  if (calls.length === 0) return known;
  return {
    ...known,
    amplification: finite(Math.max(...calls.map(({ told }) => told.amplification.product))),
    worst: finite(Math.max(...calls.map(({ told: { worst, times } }) => worst.ms * times))),
    ...figuresOfCalls(
      model,
      calls.map(({ call }) => call),
    ),
  };
}

function callOf({ told }: Told): PageCall {
  return {
    title: `${told.from.label} → ${told.to.label}`,
    at: placeOf(told.at),
    parts: [
      ...told.policy.map(({ text, from }) => ({ text, from: sourceText(from) })),
      ...told.removed.map(({ name, by }) => ({ text: `${name} none`, from: sourceText(by) })),
      ...told.guards.map(({ text, from }) => ({ text, from: `the callee: ${sourceText(from)}` })),
    ],
    facts: [...factsOf(told), ['Amplification', amplificationText(told)]],
  };
}

// ── what stands for what ────────────────────────────────────────────────────────────────────────────────────────────

/** By full name of a declaration, the node or group that shows it. */
function drawnAs(model: Model, graph: DiagramGraph): ReadonlyMap<string, string> {
  const drawn = new Set([...graph.nodes, ...graph.groups].map(({ id }) => id));
  const declared = [
    ...model.contexts,
    ...model.events,
    ...model.resources,
    ...model.externals,
    ...model.gateways,
    ...model.services,
  ];
  return new Map(declared.map(({ kind, id }) => [id, `${kind}:${id}`] as const).filter(([, id]) => drawn.has(id)));
}

/** The node of the innermost declaration around a name that has one. */
function nearest(drawn: ReadonlyMap<string, string>, name: string | undefined): string | undefined {
  for (let outer = name; outer !== undefined && outer !== ''; outer = parent(outer)) {
    const node = drawn.get(outer);
    if (node !== undefined) return node;
  }
  return undefined;
}

/** Of an operation or handler its service: a full name is that of what is around with its own behind. */
const parent = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));

const placeOf = ({ file, start }: Place): PagePlace => ({ file, line: start.line });

const findingOf = ({ rule, severity, message, at }: Diagnostic): PageFinding => ({
  rule,
  severity,
  message,
  at: placeOf(at),
});
