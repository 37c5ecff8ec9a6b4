/** What names can mean, over plain data: the editor's scopes and the linker of the model ask the same. */

/** What a full name can be declared as. */
export type DeclaredKind =
  | 'message'
  | 'error'
  | 'event'
  | 'enum'
  | 'alias'
  | 'policy'
  | 'service'
  | 'resource'
  | 'external'
  | 'auth'
  | 'gateway'
  | 'context'
  | 'system'
  | 'operation';

export interface DeclaredName {
  /** In full: `shop.orders.Order`, `shop.orders.orders.PlaceOrder`. */
  readonly name: string;
  readonly kind: DeclaredKind;
}

/** What a place in the text can ask for, and the kinds that will do. */
export const wantedKinds = {
  type: ['message', 'error', 'event', 'enum', 'alias'],
  error: ['error'],
  event: ['event'],
  policy: ['policy'],
  service: ['service'],
  resource: ['resource'],
  usable: ['service', 'external', 'resource'],
  served: ['service', 'operation'],
  overridden: ['service', 'resource', 'external', 'gateway'],
  operation: ['operation'],
  auth: ['auth'],
  context: ['context'],
} as const satisfies Readonly<Record<string, readonly DeclaredKind[]>>;
export type Wanted = keyof typeof wantedKinds;
/** The kinds that a place accepts. */
export type KindOf<W extends Wanted> = (typeof wantedKinds)[W][number];

/** What decides on the meaning of names in a file: its package and its imports. */
export interface NameSpace {
  readonly package: string;
  /** Without names: the whole package. */
  readonly imports: readonly { readonly package: string; readonly names?: readonly string[] }[];
}

/**
 * The full names that a name could stand for, most specific first: in the file's own package, by a name import, by a
 * package import, in full. Of one rank all count: more than one that means something is an ambiguity.
 */
export function ranks(space: NameSpace, name: string): readonly (readonly string[])[] {
  const own = space.package;
  const dot = name.indexOf('.');
  const first = dot < 0 ? name : name.slice(0, dot);
  const byName: string[] = [];
  const byPackage: string[] = [];
  for (const clause of space.imports) {
    const full = `${clause.package}.${name}`;
    const rank = clause.names === undefined ? byPackage : clause.names.includes(first) ? byName : undefined;
    if (rank && !rank.includes(full)) rank.push(full);
  }
  return [[own === '' ? name : `${own}.${name}`], byName, byPackage, own === '' ? [] : [name]];
}

/** What is to be known of a file. */
interface NamedFile {
  readonly package: string;
  readonly names: readonly DeclaredName[];
}

/** All declarations of a project by full name. */
export class DeclaredNames {
  private files: readonly NamedFile[];
  private readonly byName = new Map<string, readonly DeclaredName[]>();
  /** In how many files each is. */
  private readonly packages = new Map<string, number>();
  private readonly shortNames = new Map<Wanted, ReadonlyMap<string, readonly string[]>>();

  /** In the order of the files. */
  constructor(files: readonly NamedFile[]) {
    this.files = files;
    for (const file of files) this.add(file);
  }

  /**
   * Takes up that the project has other files now: it costs what those files hold that have come or gone.
   *
   * @param isSame are all names there that were, and no others?
   */
  update(files: readonly NamedFile[], gone: Iterable<NamedFile>, come: Iterable<NamedFile>, isSame: boolean): void {
    this.files = files;
    if (!isSame) this.shortNames.clear();
    const several = new Set<string>();
    for (const file of gone) this.remove(file);
    for (const file of come) {
      for (const { name } of file.names) if (this.byName.has(name)) several.add(name);
      this.add(file);
    }
    // Which of them stands first is told by the order of all files.
    for (const name of several)
      this.byName.set(
        name,
        [...this.all()].filter((declared) => declared.name === name),
      );
  }

  private add(file: NamedFile): void {
    this.packages.set(file.package, (this.packages.get(file.package) ?? 0) + 1);
    for (const declared of file.names) {
      const others = this.byName.get(declared.name);
      this.byName.set(declared.name, others ? [...others, declared] : [declared]);
    }
  }

  private remove(file: NamedFile): void {
    const count = (this.packages.get(file.package) ?? 1) - 1;
    if (count > 0) this.packages.set(file.package, count);
    else this.packages.delete(file.package);
    for (const declared of file.names) {
      const others = (this.byName.get(declared.name) ?? []).filter((one) => one !== declared);
      if (others.length > 0) this.byName.set(declared.name, others);
      else this.byName.delete(declared.name);
    }
  }

  private *all(): Iterable<DeclaredName> {
    for (const { names } of this.files) yield* names;
  }

  /** Of every kind. */
  declarations(fullName: string): readonly DeclaredName[] {
    return this.byName.get(fullName) ?? [];
  }

  hasPackage(name: string): boolean {
    return this.packages.has(name);
  }

  packageNames(): Iterable<string> {
    return new Set(this.files.map((file) => file.package));
  }

  /** The names that a package declares; an operation belongs to its service. */
  namesIn(name: string): string[] {
    const prefix = name === '' ? '' : `${name}.`;
    const names = new Set<string>();
    for (const { name: full } of this.all()) {
      const rest = full.slice(prefix.length);
      if (full.startsWith(prefix) && !rest.includes('.')) names.add(rest);
    }
    return [...names];
  }

  /**
   * Everything that a name may mean in a file, all of one rank: more than one is an ambiguity between imports, or a name
   * declared twice in one package. Without `wanted`, whatever kind it is of.
   */
  meanings(space: NameSpace, name: string, wanted?: Wanted): readonly DeclaredName[] {
    const kinds: readonly DeclaredKind[] | undefined = wanted && wantedKinds[wanted];
    for (const rank of ranks(space, name)) {
      const found: DeclaredName[] = [];
      for (const full of rank) {
        for (const declared of this.declarations(full)) {
          if (!kinds || kinds.includes(declared.kind)) found.push(declared);
        }
      }
      if (found.length > 0) return found;
    }
    return [];
  }

  /** The full names of what a place can ask for, by their last word; operations are left out. */
  byShortName(wanted: Wanted): ReadonlyMap<string, readonly string[]> {
    const known = this.shortNames.get(wanted);
    if (known) return known;
    const kinds: readonly DeclaredKind[] = wantedKinds[wanted];
    const names = new Map<string, string[]>();
    for (const { name, kind } of this.all()) {
      if (kind === 'operation' || !kinds.includes(kind)) continue;
      const short = name.slice(name.lastIndexOf('.') + 1);
      const list = names.get(short);
      if (!list) names.set(short, [name]);
      else if (!list.includes(name)) list.push(name);
    }
    this.shortNames.set(wanted, names);
    return names;
  }

  /** The names of a service's operations. */
  operationsOf(service: string): string[] {
    const prefix = `${service}.`;
    const names = new Set<string>();
    for (const { kind, name } of this.all()) {
      if (kind === 'operation' && name.startsWith(prefix) && !name.includes('.', prefix.length)) {
        names.add(name.slice(prefix.length));
      }
    }
    return [...names];
  }
}
