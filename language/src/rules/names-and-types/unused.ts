import type { At, Declared, Fix, ImportClause, Model } from '../../model/model.ts';
import type { Report } from '../rule.ts';
import { type Reference, referencesOf } from './references.ts';

type Reporter = Report<'unused'>;

export function unused(model: Model, report: Reporter): void {
  // What could not be read or found may be what uses it: no word until every name means something.
  if (model.problems.some(({ rule }) => rule !== 'unit')) return;
  unusedDeclarations(model, report);
  unusedImports(model, report);
}

function unusedDeclarations(model: Model, report: Reporter): void {
  const used: Record<Reference['of'], Set<string>> = {
    type: new Set(),
    policy: new Set(),
    auth: new Set(),
    usable: new Set(),
    operation: new Set(),
    context: new Set(),
  };
  for (const { ref, of, from } of referencesOf(model)) {
    if (ref.id !== undefined && ref.id !== from?.id) used[of].add(ref.id);
  }
  const isLastUser = lastUsers(model);
  const tell = (declarations: readonly Declared[], of: Reference['of'], what: string): void => {
    for (const declaration of declarations) {
      const { id, name, at } = declaration;
      if (used[of].has(id)) continue;
      report({ at, values: { what, name }, fixes: isLastUser(declaration) ? [] : remove(declaration, what) });
    }
  };
  tell(model.policies, 'policy', 'policy');
  tell(model.messages, 'type', 'message');
  tell(model.errors, 'type', 'error');
  tell(model.enums, 'type', 'enum');
  tell(model.aliases, 'type', 'type');
  tell(model.auths, 'auth', 'auth');
  tell(model.resources, 'usable', 'resource');
}

/**
 * Tells whether something that a declaration refers to is referred to by nothing else in its file: taken out, it may leave
 * an unused import or declaration behind.
 */
function lastUsers(model: Model): (declaration: Declared) => boolean {
  const keyOf = ({ ref, of }: Reference): string => `${of} ${ref.id} ${ref.at.file}`;
  const counts = new Map<string, number>();
  const within = new Map<string, Reference[]>();
  for (const reference of referencesOf(model)) {
    counts.set(keyOf(reference), (counts.get(keyOf(reference)) ?? 0) + 1);
    if (!reference.from || reference.ref.id === reference.from.id) continue;
    const own = within.get(reference.from.id);
    if (own) own.push(reference);
    else within.set(reference.from.id, [reference]);
  }
  return ({ id }) => {
    const own = new Map<string, number>();
    for (const reference of within.get(id) ?? []) own.set(keyOf(reference), (own.get(keyOf(reference)) ?? 0) + 1);
    return [...own].some(([key, count]) => counts.get(key) === count);
  };
}

/** Of what has annotations and documentation the model does not tell which stands first: what to take out is not certain. */
function remove({ name, extent, docs, deprecated, allows }: Declared, what: string): Fix[] {
  if (docs !== undefined && (allows.length > 0 || deprecated !== undefined)) return [];
  const lines = docs?.split('\n').length ?? 0;
  const start = lines === 0 ? extent.start : { line: extent.start.line - lines, column: 1 };
  // It may be about to be used: that is not for a tool to decide.
  return [
    { title: `Remove the ${what} \`${name}\``, edits: [{ at: { ...extent, start }, text: '' }], preferred: false },
  ];
}

// ── imports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function unusedImports(model: Model, report: Reporter): void {
  const used = importedNames(model);
  const declared = declaredNames(model);
  for (const file of model.files) {
    const names = used.get(file.path) ?? new Set<string>();
    for (const clause of file.imports) if (clause.found) checkImport(clause, names, declared, report);
  }
}

function checkImport(
  clause: ImportClause,
  used: ReadonlySet<string>,
  declared: ReadonlySet<string>,
  report: Reporter,
): void {
  const remove = { title: `Remove the import of \`${clause.package}\``, edits: [{ at: clause.at, text: '' }] };
  if (!clause.names) {
    const inUse = [...used].some((name) => name.startsWith(`${clause.package}:`));
    if (!inUse) report({ at: clause.at, values: { what: 'import', name: clause.package }, fixes: [remove] });
    return;
  }
  // A name that the package does not have is an unresolved reference already.
  const known = clause.names.filter(({ value }) => declared.has(`${clause.package}.${value}`));
  const idle = known.filter(({ value }) => !used.has(`${clause.package}:${value}`));
  if (idle.length > 0 && idle.length === clause.names.length) {
    report({ at: clause.at, values: { what: 'import', name: clause.package }, fixes: [remove] });
    return;
  }
  const rest = clause.names.filter((name) => !idle.includes(name));
  for (const name of idle) {
    report({ at: name.at, values: { what: 'import', name: name.value }, fixes: [keepOnly(clause, rest)] });
  }
}

function keepOnly(
  clause: ImportClause,
  names: readonly At<string>[],
): { title: string; edits: [{ at: ImportClause['at']; text: string }] } {
  const text = `import ${clause.package}.{${names.map(({ value }) => value).join(', ')}}`;
  return { title: 'Remove the names that nothing uses', edits: [{ at: clause.at, text }] };
}

/**
 * For each file, the names that it takes from other packages as `package:name`: `users.GetUser`, which means
 * `shop.users.users.GetUser`, takes `shop.users:users`. A name written in full takes nothing.
 */
function importedNames(model: Model): ReadonlyMap<string, Set<string>> {
  const byFile = new Map<string, Set<string>>();
  for (const { ref } of referencesOf(model)) {
    if (ref.id === undefined || !ref.id.endsWith(`.${ref.name}`)) continue;
    const left = ref.id.slice(0, -ref.name.length - 1);
    const taken = byFile.get(ref.at.file) ?? new Set();
    byFile.set(ref.at.file, taken.add(`${left}:${ref.name.split('.')[0]}`));
  }
  return byFile;
}

function declaredNames(model: Model): ReadonlySet<string> {
  const lists: readonly (readonly Declared[])[] = [
    model.messages,
    model.errors,
    model.events,
    model.enums,
    model.aliases,
    model.policies,
    model.services,
    model.resources,
    model.externals,
    model.auths,
    model.gateways,
    model.contexts,
    model.systems,
  ];
  return new Set(lists.flat().map(({ id }) => id));
}
