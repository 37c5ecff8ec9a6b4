import type { Declarations } from '../../model/fragment.ts';
import type { At, Declared, Fix, ImportClause, Model, Ref } from '../../model/model.ts';
import { ofEachPart, partsOf } from '../../model/parts.ts';
import type { Report } from '../rule.ts';
import { type Referred, type Visit, visitReferences } from './references.ts';

type Reporter = Report<'unused'>;

export function unused(model: Model, report: Reporter): void {
  // What could not be read or found may be what uses it: no word until every name means something.
  if (model.problems.some(({ rule }) => rule !== 'unit')) return;
  unusedDeclarations(model, report);
  unusedImports(model, report);
}

interface Unused {
  readonly declaration: Declared;
  readonly what: string;
}

function unusedDeclarations(model: Model, report: Reporter): void {
  const found = unusedOf(model);
  if (found.length === 0) return;
  const isLastUser = lastUsers(model, new Set(found.map(({ declaration }) => declaration.id)));
  for (const { declaration, what } of found) {
    const { id, name, at } = declaration;
    report({ at, values: { what, name }, fixes: isLastUser(id) ? [] : remove(declaration, what) });
  }
}

/** What else is referred to, calls above all, nobody asks for. */
const asked = ['type', 'policy', 'auth', 'usable'] as const satisfies readonly Referred[];
type Asked = (typeof asked)[number];
type Ids = Readonly<Record<Asked, ReadonlySet<string>>>;

/** What a file says of use: most of what it declares it uses itself. */
interface Use {
  /** What is referred to, other than by itself. */
  readonly used: Ids;
  /** Of that, what the file does not declare. */
  readonly elsewhere: readonly (readonly [of: Asked, id: string])[];
  /** What it declares and does not use. */
  readonly idle: readonly (Unused & { readonly of: Asked })[];
}

const useOfParts = ofEachPart((part): Use => {
  const used = {
    type: new Set<string>(),
    policy: new Set<string>(),
    auth: new Set<string>(),
    usable: new Set<string>(),
  };
  visitReferences(part, (ref, of, from) => {
    if (ref.id !== undefined && ref.id !== from?.id && isAsked(of)) used[of].add(ref.id);
  });
  const declared = new Set<string>();
  const idle: (Unused & { readonly of: Asked })[] = [];
  const look = (declarations: readonly Declared[], of: Asked, what: string): void => {
    for (const declaration of declarations) {
      declared.add(`${of} ${declaration.id}`);
      if (!used[of].has(declaration.id)) idle.push({ declaration, of, what });
    }
  };
  look(part.policies, 'policy', 'policy');
  look(part.messages, 'type', 'message');
  look(part.errors, 'type', 'error');
  look(part.enums, 'type', 'enum');
  look(part.aliases, 'type', 'type');
  look(part.auths, 'auth', 'auth');
  look(part.resources, 'usable', 'resource');
  const elsewhere = asked.flatMap((of) =>
    [...used[of]].flatMap((id) => (declared.has(`${of} ${id}`) ? [] : [[of, id] as const])),
  );
  return { used, elsewhere, idle };
});

const isAsked = (of: Referred): of is Asked => (asked as readonly Referred[]).includes(of);

function unusedOf(model: Model): Unused[] {
  const parts = useOfParts(model);
  const used = {
    type: new Set<string>(),
    policy: new Set<string>(),
    auth: new Set<string>(),
    usable: new Set<string>(),
  };
  for (const { elsewhere } of parts) for (const [of, id] of elsewhere) used[of].add(id);
  return (
    parts
      .flatMap(({ idle }) => idle)
      .filter(({ of, declaration: { id } }) => !used[of].has(id))
      // Of two files that declare a name, one may use its own.
      .filter(({ of, declaration: { id } }) => !parts.some((part) => part.used[of].has(id)))
  );
}

/**
 * Tells whether something that one of these declarations refers to is referred to by nothing else in its file: taken out,
 * it may leave an unused import or declaration behind.
 */
function lastUsers(model: Model, unusedIds: ReadonlySet<string>): (id: string) => boolean {
  const keyOf = (ref: Ref, of: Referred): string => `${of} ${ref.id} ${ref.at.file}`;
  const within = new Map<string, string[]>();
  const referred = new Set<string | undefined>();
  const parts = partsOf(model).filter((part) => typesAndPolicies(part).some(({ id }) => unusedIds.has(id)));
  const visitAll = (visit: Visit): void => {
    for (const part of parts) visitReferences(part, visit);
  };
  visitAll((ref, of, from) => {
    if (!from || ref.id === from.id || !unusedIds.has(from.id)) return;
    const own = within.get(from.id);
    if (own) own.push(keyOf(ref, of));
    else within.set(from.id, [keyOf(ref, of)]);
    referred.add(ref.id);
  });
  const counts = new Map<string, number>();
  visitAll((ref, of) => {
    if (referred.has(ref.id)) counts.set(keyOf(ref, of), (counts.get(keyOf(ref, of)) ?? 0) + 1);
  });
  return (id) => {
    const own = new Map<string, number>();
    for (const key of within.get(id) ?? []) own.set(key, (own.get(key) ?? 0) + 1);
    return [...own].some(([key, count]) => counts.get(key) === count);
  };
}

/** What refers to something by itself, and can be taken out. */
const typesAndPolicies = (part: Declarations): readonly Declared[] => [
  ...part.messages,
  ...part.errors,
  ...part.events,
  ...part.aliases,
  ...part.policies,
];

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
  const files = model.files.filter(({ imports }) => imports.some(({ found }) => found));
  if (files.length === 0) return;
  const used = importedNames(model);
  const declared = declaredNames(model);
  for (const file of files) {
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
function importedNames(model: Model): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(namesTaken(model).flatMap((byFile) => [...byFile]));
}

const namesTaken = ofEachPart((part): ReadonlyMap<string, ReadonlySet<string>> => {
  const byFile = new Map<string, Set<string>>();
  visitReferences(part, ({ id, name, at }) => {
    if (id === undefined || !id.endsWith(`.${name}`)) return;
    const taken = byFile.get(at.file) ?? new Set();
    byFile.set(at.file, taken.add(`${id.slice(0, -name.length - 1)}:${name.split('.')[0]}`));
  });
  return byFile;
});

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
