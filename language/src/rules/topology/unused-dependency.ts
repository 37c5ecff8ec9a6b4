import { callGraph } from '../../model/call-graph.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Fix, Model, Place, Service, Uses } from '../../model/model.ts';
import { listedInParts } from '../../model/parts.ts';
import { behind } from '../../model/place.ts';
import { callersOf, itemsOf } from '../model-parts.ts';
import type { Report } from '../rule.ts';

/** A resource is used by being named: its client is then at hand in every handler. */
export function unusedDependency(model: Model, report: Report<'unused-dependency'>): void {
  const unread = new Set(model.problems.flatMap(({ rule, at }) => (rule === 'syntax' ? [at.file] : [])));
  for (const service of notAllCalled(model)) {
    const called = calledBy(model, service);
    const seen = new Map<string, Uses>();
    for (const use of service.uses) {
      const { id, name, at } = use.target;
      if (id === undefined || use.of === undefined) continue;
      // What cannot be read or found may be the call.
      const idle = use.of !== 'resource' && called !== 'unknown' && !called.has(id) && !unread.has(at.file);
      const first = seen.get(`${use.of} ${id}`);
      if (idle)
        report({
          at,
          values: { service: service.name, target: name, wrong: 'uncalled' },
          fixes: [{ ...withoutName(service, use), preferred: false }],
        });
      else if (first) {
        const related = [{ message: `\`${name}\` is named here already`, at: first.target.at }];
        const fixes = [withoutName(service, use)];
        report({ at, values: { service: service.name, target: name, wrong: 'twice' }, related, fixes });
      } else seen.set(`${use.of} ${id}`, use);
    }
  }
}

/** Services that do not plainly call all that they name, each of it once: most do. */
const notAllCalled = listedInParts(({ services }): readonly Service[] =>
  services.filter(({ uses, operations, consumers }) => {
    const named = new Set(uses.map(({ target }) => target.id));
    const isTwice = named.size < uses.length;
    for (const caller of [...operations, ...consumers]) {
      for (const item of itemsOf(caller)) named.delete(item.service);
    }
    return isTwice || named.size > 0;
  }),
);

/** What a service calls, falls back on or waits for, by full name; unknown where one of the calls means nothing. */
function calledBy(model: Model, service: Service): ReadonlySet<string> | 'unknown' {
  const { operations } = indexOf(model);
  const { nodes } = callGraph(model);
  const called = new Set<string>();
  for (const { id } of service.health.ready?.needs ?? []) if (id !== undefined) called.add(id);
  for (const caller of callersOf(service)) {
    const items = itemsOf(caller);
    if (items.length === 0) continue;
    for (const item of items) {
      if (item.service === undefined) return 'unknown';
      called.add(item.service);
    }
    for (const { policy } of nodes.get(caller.id)?.outgoing ?? []) {
      const instead = policy.fallback?.value;
      if (instead?.to !== 'operation') continue;
      const operation = operations.get(instead.operation.id ?? '');
      if (!operation) return 'unknown';
      called.add(operation.service);
    }
  }
  return called;
}

/** The name goes with its comma; the whole `uses` where it names nothing else. */
function withoutName({ uses }: Service, { target, statement }: Uses): Fix {
  const inStatement = ({ start, end }: Place): boolean =>
    start.line === statement.start.line &&
    start.column === statement.start.column &&
    end.line === statement.end.line &&
    end.column === statement.end.column;
  const names = uses.filter((use) => inStatement(use.statement)).map((use) => use.target.at);
  const index = names.indexOf(target.at);
  const [before, after] = [names[index - 1], names[index + 1]];
  const title = `Remove \`${target.name}\` from \`uses\``;
  if (before) return { title, edits: [{ at: { ...behind(before), end: target.at.end }, text: '' }] };
  if (after) return { title, edits: [{ at: { ...target.at, end: after.start }, text: '' }] };
  return { title, edits: [{ at: statement, text: '' }] };
}
