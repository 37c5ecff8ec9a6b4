import type { DiagramEdge, DiagramGraph, DiagramNode } from './graph.ts';

const at = { file: 'a.svc', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 2, offset: 1 } };

/** Mulberry32 (Tommy Ettinger): numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const serviceNode = (name: string, group?: string): DiagramNode => ({
  id: `service:${name}`,
  kind: 'service',
  name,
  lines: ['2 operations'],
  badges: ['gRPC 80'],
  ...(group === undefined ? {} : { group }),
  at,
});

export const edge = (kind: DiagramEdge['kind'], from: string, to: string): DiagramEdge => ({
  id: `${kind}:${from}->${to}`,
  kind,
  from,
  to,
  ...(kind === 'call' ? { transport: 'gRPC', label: '800ms · ×3' } : {}),
  details: [],
  at,
});

export const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

/** Services that call some that come later, data of their own, and events on a broker; in contexts of a dozen, or in none. */
export function system(size: number, grouped: boolean, random: () => number): DiagramGraph {
  const services = Math.floor(size * 0.75);
  const group = (i: number): string | undefined => (grouped ? `context:c${Math.floor(i / 12)}` : undefined);
  const nodes: DiagramNode[] = [];
  const edges: DiagramEdge[] = [];
  for (let i = 0; i < services; i += 1) {
    nodes.push(serviceNode(`s${i}`, group(i)));
    for (let call = 0; call < 2 && i + 1 < services; call += 1) {
      const to = i + 1 + Math.floor(random() * Math.min(services - i - 1, 20));
      edges.push(edge('call', `service:s${i}`, `service:s${to}`));
    }
  }
  for (let i = services; i < size; i += 1) {
    const user = Math.floor(random() * services);
    const isEvent = i % 3 === 0;
    const id = isEvent ? `event:e${i}` : `resource:d${i}`;
    nodes.push({
      ...serviceNode(`x${i}`, isEvent ? 'resource:bus' : group(user)),
      id,
      kind: isEvent ? 'event' : 'database',
      badges: [],
    });
    edges.push(edge(isEvent ? 'publish' : 'use', `service:s${user}`, id));
    if (isEvent) edges.push(edge('consume', id, `service:s${Math.floor(random() * services)}`));
  }
  const contexts = grouped ? Math.ceil(services / 12) : 0;
  return {
    title: 'system',
    subtitle: '',
    nodes: nodes.sort(byId),
    groups: [
      ...Array.from({ length: contexts }, (_, k) => ({
        id: `context:c${k}`,
        kind: 'context' as const,
        name: `c${k}`,
        at,
      })),
      { id: 'resource:bus', kind: 'broker' as const, name: 'bus', at },
    ].sort(byId),
    edges: unique(edges),
  };
}

export const unique = (edges: readonly DiagramEdge[]): DiagramEdge[] =>
  [...new Map(edges.map((one) => [one.id, one])).values()].sort(byId);
