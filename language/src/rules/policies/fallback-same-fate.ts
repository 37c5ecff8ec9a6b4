import { type CallEdge, type CallNode, callGraph } from '../../model/call-graph.ts';
import { dependOnHard, hardPath } from '../../model/hard-dependence.ts';
import type { Model } from '../../model/model.ts';
import { type EdgeWith, edgePlace, edgesWith } from '../edges.ts';
import { labelOf, lastOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { byCause } from './by-cause.ts';

/** How many calls on the way a finding shows. */
const shownHops = 20;

export function fallbackSameFate(model: Model, report: Report<'fallback-same-fate'>): void {
  const instead = edgesWith(model, 'fallback').flatMap((edge) => {
    const node = fallbackOf(model, edge);
    // What falls back to itself is told by `fallback-cycle`.
    return node && node.id !== edge.to.id ? [{ edge, node, service: edge.to.declaration.service }] : [];
  });
  const needed = dependOnHard(instead);
  const doomed = instead.filter((_, index) => needed[index]).map(({ edge }) => edge);
  for (const cause of byCause(model, doomed, ['fallback'], report, ({ to }) => to.declaration.service)) {
    const [first] = cause.edges;
    const node = fallbackOf(model, first);
    if (!node) continue;
    const { service } = first.to.declaration;
    const path = hardPath({ node, service });
    report({
      at: cause.at,
      values: {
        ...cause.labels,
        fallback: labelOf(node.declaration),
        service: lastOf(service),
        path: node.declaration.service === service ? undefined : labelsOf(node, path, lastOf(service)),
      },
      related: [
        ...cause.parts,
        ...path.slice(0, shownHops).map(({ from, to, item }) => ({
          message: `\`${labelOf(from.declaration)}\` needs \`${labelOf(to.declaration)}\``,
          at: edgePlace(item),
        })),
        ...cause.alike,
      ],
      allowedAt: cause.allowedAt,
    });
  }
}

/** Where no way was found nearby, its ends alone. */
const labelsOf = (node: CallNode, path: readonly CallEdge[], service: string): string[] => [
  labelOf(node.declaration),
  ...(path.length === 0 ? ['…', service] : path.map(({ to }) => labelOf(to.declaration))),
];

/** The operation that stands in for a call. */
export function fallbackOf(model: Model, { policy }: EdgeWith<'fallback'>): CallNode | undefined {
  const fallback = policy.fallback.value;
  if (fallback.to !== 'operation' || fallback.operation.id === undefined) return undefined;
  return callGraph(model).nodes.get(fallback.operation.id);
}
