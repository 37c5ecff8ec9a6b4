import type { Fragment } from './fragment.ts';
import type { ImportClause, Problem, Ref, SourceFile } from './model.ts';
import type { DeclaredName, DeclaredNames, KindOf, NameSpace, Wanted } from './names-in-scope.ts';
import { listed, type Mend, mendName } from './nearest.ts';
import type { Unresolved } from './unresolved.ts';

/** What the names in one file mean, and what is wrong with them. */
export class FileNames {
  readonly problems: Problem[] = [];
  private readonly fragment: Fragment;
  private readonly names: DeclaredNames;
  private readonly unresolved: Unresolved;
  private readonly space: NameSpace;
  private readonly known = new Map<Wanted, Map<string, readonly DeclaredName[]>>();
  private meant = new Set<string>();
  /** Names that an import should have brought and has not: said there, and not again wherever they stand. */
  private readonly notImported = new Set<string>();
  /** By such a name, the problem that says so. */
  private readonly toldAt = new Map<string, number>();

  constructor(fragment: Fragment, names: DeclaredNames, unresolved: Unresolved) {
    this.fragment = fragment;
    this.names = names;
    this.unresolved = unresolved;
    this.space = spaceOf(fragment);
  }

  /** The file's package and imports. To be asked before the declarations: what an import lacks is said once. */
  header(): SourceFile {
    const { path, package: own, packageAt, imports } = this.fragment;
    return {
      path,
      package: own,
      ...(packageAt ? { packageAt } : {}),
      imports: imports.map((clause) => this.importClause(clause)),
    };
  }

  private importClause(clause: ImportClause): ImportClause {
    const { package: from, packageAt, names = [] } = clause;
    const found = this.names.hasPackage(from);
    if (!found) {
      const message = `there is no package \`${from}\` in this project`;
      const has = (near: string): boolean =>
        names.every(({ value }) => this.names.declarations(`${near}.${value}`).length > 0);
      const write = (near: string) => (has(near) ? [{ at: packageAt, text: near }] : []);
      this.unresolvedImport(message, packageAt, mendName(from, this.names.packageNames(), packageAt, write));
    }
    for (const { value, at } of names) {
      if (this.names.declarations(`${from}.${value}`).length > 0) continue;
      this.notImported.add(value);
      if (!found) continue;
      this.toldAt.set(value, this.problems.length);
      const mend = mendName(value, this.names.namesIn(from), at);
      this.unresolvedImport(`package \`${from}\` has no \`${value}\``, at, mend);
    }
    return { ...clause, found };
  }

  private unresolvedImport(message: string, at: Problem['at'], mend: Mend): void {
    this.problems.push({ rule: 'unresolved-reference', message, at, ...mend });
  }

  /** Who writes another name where one is missing has to mend those who rely on it: no fix can be offered. */
  private relyOn(index: number): void {
    const problem = this.problems[index];
    if (!problem?.fixes) return;
    const { fixes: all, ...rest } = problem;
    const fixes = all.filter(({ edits }) => !edits.some(({ at }) => at === problem.at));
    this.problems[index] = { ...rest, ...(fixes.length === 0 ? {} : { fixes }) };
  }

  private meanings(name: string, wanted: Wanted): readonly DeclaredName[] {
    let known = this.known.get(wanted);
    if (!known) {
      known = new Map();
      this.known.set(wanted, known);
    }
    let meanings = known.get(name);
    if (!meanings) {
      meanings = this.names.meanings(this.space, name, wanted);
      known.set(name, meanings);
    }
    return meanings;
  }

  /**
   * A reference with the full name of its target; one that means nothing, or two things, is noted unless the problem
   * `told` says so already.
   */
  ref(ref: Ref, wanted: Wanted, told?: number): Ref {
    const { name, at } = ref;
    // Broken text can leave a reference without a name.
    if (name === '') return ref;
    const meanings = this.meanings(name, wanted);
    const [first] = meanings;
    if (first && meanings.every((other) => other.name === first.name)) {
      this.meant.add(first.name);
      return { name, id: first.name, at };
    }
    if (first) this.problems.push(ambiguous(name, [...new Set(meanings.map((one) => one.name))], at));
    else {
      const [imported = ''] = name.split('.', 1);
      const cause = told ?? this.toldAt.get(imported);
      if (cause !== undefined) this.relyOn(cause);
      else if (!this.notImported.has(imported)) {
        this.problems.push(this.unresolved.problem(this.fragment, this.space, name, wanted, at));
      }
    }
    return ref;
  }

  /** The full names of all that is found from now on, until one asks again. */
  found(): ReadonlySet<string> {
    this.meant = new Set();
    return this.meant;
  }

  refs(refs: readonly Ref[], wanted: Wanted): readonly Ref[] {
    return refs.map((ref) => this.ref(ref, wanted));
  }

  /** What a resolved reference leads to. */
  kindOf<W extends Wanted>({ name, id }: Ref, wanted: W): { readonly of?: KindOf<W> } {
    const kind = id === undefined ? undefined : this.meanings(name, wanted)[0]?.kind;
    return kind === undefined ? {} : { of: kind as KindOf<W> };
  }

  /** The full name of the service or external that a call names, even when it has no such operation. */
  serviceOf(callName: string): string | undefined {
    return this.unresolved.serviceOf(this.space, callName);
  }
}

function spaceOf(fragment: Fragment): NameSpace {
  return {
    package: fragment.package,
    imports: fragment.imports.map(({ package: from, names }) => ({
      package: from,
      ...(names ? { names: names.map(({ value }) => value) } : {}),
    })),
  };
}

function ambiguous(name: string, full: readonly string[], at: Problem['at']): Problem {
  const first = full[0] as string;
  const clause = `import ${first.slice(0, first.lastIndexOf('.'))}.{${name.split('.')[0]}}`;
  return {
    rule: 'ambiguous-import',
    message: `\`${name}\` comes from two imports: it could be ${listed(full, 'or')}`,
    at,
    hint: `Write it in full, or import it by name from one of them: \`${clause}\`.`,
  };
}
