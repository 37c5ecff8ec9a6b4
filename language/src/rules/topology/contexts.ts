import type { CallEdge } from '../../model/call-graph.ts';
import { contextOf } from '../../model/context-of.ts';
import { indexOf } from '../../model/index-of.ts';
import { loopsOf } from '../../model/loops.ts';
import type { Context, Fix, Model, Place, Relation } from '../../model/model.ts';
import { behind, comparePlaces } from '../../model/place.ts';
import { callText, edgePlace, edgesOf, labelsOf, usesOf } from '../edges.ts';
import type { Report } from '../rule.ts';

/** Two teams that depend on each other on purpose; every other relation leads upstream, from who depends to what it depends on. */
const mutual: readonly string[] = ['partnership', 'shared-kernel'];

/** One finding for each service and context that it calls without a relation, at the first such call. */
export function contextViolation(model: Model, report: Report<'context-violation'>): void {
  const contexts = contextOf(model);
  const related = relatedContexts(model);
  const upstream = upstreamOf(model);
  const exceptions = new Set<string>();
  const missing = new Map<string, { readonly from: Context; readonly to: Context; readonly edges: CallEdge[] }>();
  for (const edge of edgesOf(model)) {
    const caller = edge.from.declaration.service;
    const from = contexts.get(caller);
    const to = contexts.get(edge.to.declaration.service);
    if (!from || !to || from === to || related(from, to)) continue;
    if (report.silences({ at: edgePlace(edge.item), allowedAt: usesOf(model, edge) })) {
      exceptions.add(`${from.id} ${to.id}`);
      continue;
    }
    const known = missing.get(`${caller} ${to.id}`);
    if (known) known.edges.push(edge);
    else missing.set(`${caller} ${to.id}`, { from, to, edges: [edge] });
  }
  for (const { from, to, edges } of missing.values()) {
    const [first, ...others] = edges as [CallEdge, ...CallEdge[]];
    const backwards = upstream.get(to)?.get(from);
    report({
      at: edgePlace(first.item),
      values: {
        ...labelsOf(first),
        contexts: { from: from.name, to: to.name },
        others: others.length,
        backwards: backwards?.kind.value,
      },
      related: [
        ...others.map((edge) => ({ message: callText(edge), at: edgePlace(edge.item) })),
        ...(backwards ? [{ message: 'this relation leads the other way', at: relationPlace(backwards) }] : []),
      ],
      // A relation that closes a loop would break one thing to mend another, and beside an exception it would be none.
      fixes: leadsTo(upstream, to, from) || exceptions.has(`${from.id} ${to.id}`) ? [] : [addRelation(model, from, to)],
    });
  }
}

export function contextCycle(model: Model, report: Report<'context-cycle'>): void {
  for (const relation of model.relations) {
    if (relation.from.id === undefined || relation.from.id !== relation.to.id) continue;
    report({
      at: relationPlace(relation),
      values: { loop: [relation.from.name] },
      fixes: [{ title: 'Remove this relation', edits: [{ at: relation.at, text: '' }] }],
    });
  }
  const upstream = upstreamOf(model);
  const next = (context: Context): Context[] => [...(upstream.get(context)?.keys() ?? [])];
  for (const loop of loopsOf([...upstream.keys()], next, (a, b) => comparePlaces(a.at, b.at))) {
    const hops = loop.flatMap((context, i) => upstream.get(context)?.get((loop[i + 1] ?? loop[0]) as Context) ?? []);
    const [first, ...others] = hops;
    if (!first) continue;
    report({
      at: relationPlace(first),
      values: { loop: loop.map(({ name }) => name) },
      related: others.map((relation) => ({
        message: `\`${relation.from.name}\` depends on \`${relation.to.name}\``,
        at: relationPlace(relation),
      })),
      allowedAt: others.map(relationPlace),
    });
  }
}

/** A relation from its first name: `ordering -> payment conformist`. */
const relationPlace = ({ from, at }: Relation): Place => ({ ...from.at, end: at.end });

/** What each context depends on by its relations, each with the first of them; those with itself and mutual ones left out. */
function upstreamOf(model: Model): ReadonlyMap<Context, ReadonlyMap<Context, Relation>> {
  const { contexts } = indexOf(model);
  const upstream = new Map<Context, Map<Context, Relation>>();
  for (const relation of model.relations) {
    const from = contexts.get(relation.from.id ?? '');
    const to = contexts.get(relation.to.id ?? '');
    if (!from || !to || from === to || mutual.includes(relation.kind.value)) continue;
    const known = upstream.get(from) ?? new Map<Context, Relation>();
    upstream.set(from, known);
    if (!known.has(to)) known.set(to, relation);
  }
  return upstream;
}

/** May the one context call the other? Yes as well where a relation of one of them means nothing: it may be that one. */
function relatedContexts({ relations }: Model): (from: Context, to: Context) => boolean {
  const allowed = new Set<string>();
  const unclear = new Set<string>();
  for (const { from, to, kind } of relations) {
    if (from.id === undefined || to.id === undefined) {
      for (const id of [from.id, to.id]) if (id !== undefined) unclear.add(id);
      continue;
    }
    allowed.add(`${from.id} ${to.id}`);
    if (mutual.includes(kind.value)) allowed.add(`${to.id} ${from.id}`);
  }
  return (from, to) => allowed.has(`${from.id} ${to.id}`) || unclear.has(from.id) || unclear.has(to.id);
}

function leadsTo(
  upstream: ReadonlyMap<Context, ReadonlyMap<Context, Relation>>,
  start: Context,
  end: Context,
): boolean {
  const reached = new Set([start]);
  for (const context of reached) for (const next of upstream.get(context)?.keys() ?? []) reached.add(next);
  return reached.has(end);
}

/**
 * `conformist` claims no more than the call shows: the caller takes the model of the called as it is. It goes below the
 * last relation of the file, or below the calling context. Whether it is meant is for people to say.
 */
function addRelation(model: Model, from: Context, to: Context): Fix {
  const { file } = from.at;
  const last = model.relations
    .filter(({ at }) => at.file === file)
    .sort((a, b) => comparePlaces(a.at, b.at))
    .at(-1);
  const name = to.package === from.package ? to.name : to.id;
  const relation = `relation ${from.name} -> ${name} conformist`;
  const edit = last
    ? { at: behind(last.at), text: `\n${relation}` }
    : { at: behind(from.extent), text: `\n\n${relation}` };
  return { title: `Add \`${relation}\``, edits: [edit], preferred: false };
}
