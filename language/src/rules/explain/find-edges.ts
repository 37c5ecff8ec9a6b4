import { type CallEdge, callGraph } from '../../model/call-graph.ts';
import type { Declared, Model } from '../../model/model.ts';
import { didYouMean, listed } from '../../model/nearest.ts';
import { edgesOf, labelsOf } from '../edges.ts';
import { callersOf, ownersOf } from '../model-parts.ts';
import { labelOf, lastOf } from '../naming.ts';

/** The edges between two names, in the order of files and lines; or why there are none, and what would be right. */
export type FoundEdges =
  | { readonly edges: readonly CallEdge[]; readonly wrong?: never }
  | { readonly wrong: string; readonly hint?: string };

type Wrong = Extract<FoundEdges, { readonly wrong: string }>;

/** One end of the edges that are asked for: an operation, an event handler, or all that a service has. */
interface End {
  readonly id: string;
  readonly kind: 'service' | 'external' | 'operation' | 'handler';
  /** As messages call it. */
  readonly label: string;
  /** Full names of operations and handlers. */
  readonly nodes: ReadonlySet<string>;
  readonly wrong?: never;
}

/** Nobody reads a longer list of what else there is. */
const mostNamed = 8;

/**
 * The edges from one name to another. A name is `service.Operation`, a handler's (`orders.MarkPaid`), or a service's for
 * all that it has; alone or in full.
 */
export function findEdges(model: Model, from: string, to: string): FoundEdges {
  const caller = findEnd(model, from);
  if (caller.wrong !== undefined) return caller;
  const callee = findEnd(model, to);
  if (callee.wrong !== undefined) return callee;
  const edges = edgesOf(model);
  const between = edgesBetween(edges, caller, callee);
  return between.length > 0 ? { edges: between } : noEdge(edges, caller, callee);
}

const edgesBetween = (edges: readonly CallEdge[], caller: End, callee: End): readonly CallEdge[] =>
  edges.filter((edge) => caller.nodes.has(edge.from.id) && callee.nodes.has(edge.to.id));

// ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function findEnd(model: Model, name: string): End | Wrong {
  const ends = endsOf(model);
  const meant = ends.filter(({ id, kind }) => isNamed(id, name, kind));
  const exact = meant.filter(({ id }) => id === name);
  const [one, ...others] = exact.length > 0 ? exact : meant;
  if (!one) return unknown(model, ends, name);
  if (others.length === 0 || exact.length > 0) return one;
  const ids = [one, ...others].map(({ id }) => id);
  return { wrong: `\`${name}\` could be ${listed(ids, 'or')}`, hint: 'Write it in full.' };
}

function endsOf(model: Model): readonly End[] {
  const owners = ownersOf(model).map(
    (owner): End => ({
      id: owner.id,
      kind: owner.kind,
      label: owner.name,
      nodes: new Set(callersOf(owner).map(({ id }) => id)),
    }),
  );
  const nodes = [...callGraph(model).nodes.values()].map(
    ({ id, kind, declaration }): End => ({
      id,
      kind: kind === 'consumer' ? 'handler' : 'operation',
      label: labelOf(declaration),
      nodes: new Set([id]),
    }),
  );
  return [...owners, ...nodes];
}

/** A name stands alone or behind some of its package; an operation's has its service's in front. */
function isNamed(id: string, name: string, kind: End['kind']): boolean {
  if (id !== name && !id.endsWith(`.${name}`)) return false;
  return kind === 'service' || kind === 'external' || name.includes('.');
}

function unknown(model: Model, ends: readonly End[], name: string): Wrong {
  const wrong = `there is no service, operation or event handler \`${name}\``;
  const other = otherKind(model, name);
  if (other !== undefined) return { wrong: `\`${name}\` is ${other}: an edge leads from one operation to another` };
  const behind = ends.filter(({ id, kind }) => kind !== 'service' && kind !== 'external' && lastOf(id) === name);
  const hint =
    behind.length > 0 && behind.length <= mostNamed
      ? `Did you mean ${listed([...new Set(behind.map(({ label }) => label))], 'or')}?`
      : didYouMean(
          name,
          ends.flatMap(({ id, label }) => (name.split('.').length > label.split('.').length ? [id] : [label])),
        );
  return { wrong, ...(hint === undefined ? {} : { hint }) };
}

function otherKind(model: Model, name: string): string | undefined {
  const kinds: readonly (readonly [what: string, declarations: readonly Declared[]])[] = [
    ['a resource', model.resources],
    ['a gateway', model.gateways],
    ['an event', model.events],
    ['a policy', model.policies],
  ];
  return kinds.find(([, all]) => all.some(({ id }) => id === name || id.endsWith(`.${name}`)))?.[0];
}

// ── names that nothing connects ─────────────────────────────────────────────────────────────────────────────────────

function noEdge(edges: readonly CallEdge[], caller: End, callee: End): Wrong {
  if (callee.kind === 'handler') {
    return {
      wrong: `\`${callee.label}\` handles an event: no call leads to it`,
      hint: 'Name the operation that is called.',
    };
  }
  const one = caller.kind === 'operation' || caller.kind === 'handler';
  const wrong = one
    ? `\`${caller.label}\` does not call \`${callee.label}\``
    : `nothing in \`${caller.label}\` calls \`${callee.label}\``;
  if (edgesBetween(edges, callee, caller).length > 0) {
    return { wrong, hint: `It is the other way round: \`weir explain ${callee.label} ${caller.label}\`.` };
  }
  const called = edges.filter((edge) => caller.nodes.has(edge.from.id)).map((edge) => labelsOf(edge).to);
  return { wrong, hint: called.length === 0 ? 'It calls nothing.' : `It calls ${named(called)}.` };
}

function named(labels: readonly string[]): string {
  const all = [...new Set(labels)];
  if (all.length <= mostNamed) return listed(all, 'and');
  const first = all.slice(0, mostNamed).map((label) => `\`${label}\``);
  return `${first.join(', ')} and ${all.length - mostNamed} more`;
}
