import { indexOf } from '../model/index-of.ts';
import type { Model, Place } from '../model/model.ts';
import type { DiagramEdge, EdgeKind } from './graph.ts';
import { policyLabel } from './policy-label.ts';
import { counted } from './quantities.ts';
import { forEach, type Steps } from './steps.ts';
import type { Strand } from './strands.ts';

/** Strands of one kind between the same two become one edge. */
export function* joined(model: Model, strands: readonly Strand[]): Steps<DiagramEdge[]> {
  const byEnds = Map.groupBy(strands, ({ kind, from, to }) => `${kind}:${from}->${to}`);
  return yield* forEach(byEnds, ([id, same]): DiagramEdge => {
    const { kind, from, to } = same[0]!;
    const label = edgeLabel(kind, same);
    const transport = transportOf(model, kind, to);
    return {
      id,
      kind,
      from,
      to,
      ...(transport ? { transport } : {}),
      ...(label ? { label } : {}),
      details: [...new Set(same.map(({ detail }) => detail))].filter((detail) => detail !== '').sort(),
      at: same.map((strand) => strand.at).sort(byPlace)[0]!,
    };
  });
}

const byPlace = (a: Place, b: Place): number =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : a.start.line - b.start.line || a.start.column - b.start.column;

function edgeLabel(kind: EdgeKind, strands: readonly Strand[]): string | undefined {
  switch (kind) {
    case 'call':
      return policyLabel(strands.flatMap(({ policy }) => policy ?? []));
    case 'serve': {
      const routes = new Set(strands.map(({ detail }) => detail).filter((detail) => detail !== '')).size;
      return routes > 0 ? counted(routes, 'route') : undefined;
    }
    case 'use':
      return undefined;
    case 'publish':
    case 'consume':
    case 'relation':
      return [...new Set(strands.flatMap(({ label }) => label || []))].sort().join(', ');
  }
}

/** Clients speak gRPC where the callee does, else HTTP. */
function transportOf(model: Model, kind: EdgeKind, to: string): 'gRPC' | 'HTTP' | undefined {
  if (kind === 'serve') return 'HTTP';
  if (kind !== 'call') return undefined;
  const id = to.slice(to.indexOf(':') + 1);
  const { services, externals } = indexOf(model);
  const callee = to.startsWith('service:') ? services.get(id) : externals.get(id);
  if (callee?.grpc) return 'gRPC';
  return callee && (callee.kind === 'external' ? callee.url : callee.http) ? 'HTTP' : undefined;
}
