import { AskedNames, packageKey } from './asked-names.ts';
import type { Declarations, Fragment } from './fragment.ts';
import { FileLinker } from './link-file.ts';
import { FileNames } from './link-names.ts';
import { type Model, modelVersion, type Problem, type SourceFile, type System } from './model.ts';
import { DeclaredNames } from './names-in-scope.ts';
import { madeOf } from './parts.ts';
import { mostGuesses, Unresolved } from './unresolved.ts';

/** A file with its names looked up. */
interface LinkedFile extends Declarations {
  readonly header: SourceFile;
  readonly problems: readonly Problem[];
  /** How often a near name was asked for. */
  readonly guesses: number;
}

/**
 * The model of a project: the fragments of its files with every name looked up. Pure: the fragments stay as they are,
 * their order does not matter.
 */
export function link(fragments: readonly Fragment[]): Model {
  const declared = new DeclaredNames(byPath(fragments));
  const unresolved = new Unresolved(declared);
  return modelOf(inOrder(fragments).map((fragment) => linkFile(fragment, declared, unresolved)));
}

/** What has been linked of a file, and the names of the project on which that depends. */
interface KnownFile {
  readonly file: LinkedFile;
  readonly names: AskedNames;
}

/** Links a project again and again. A file is linked anew when it has changed, or when a name that it asked for has. */
export class Linker {
  /** Of the last time, by path. */
  private fragments: readonly Fragment[] = [];
  private linked: ReadonlyMap<Fragment, KnownFile> = new Map();
  private readonly names = new DeclaredNames([]);

  /** The same model that `link` gives; what has not changed is the same object as before. */
  link(fragments: readonly Fragment[]): Model {
    const touched = this.takeUp(byPath(fragments));
    const linked = new Map<Fragment, KnownFile>();
    for (const fragment of inOrder(fragments)) {
      const known = this.linked.get(fragment);
      linked.set(fragment, known && !isStale(known, touched) ? known : this.linkAnew(fragment));
    }
    this.linked = linked;
    const files = [...linked.values()].map(({ file }) => file);
    // Few are guessed in a whole project, and those who come first have them: who that is, is not known by parts.
    return files.reduce((sum, { guesses }) => sum + guesses, 0) <= mostGuesses ? modelOf(files) : link(fragments);
  }

  private linkAnew(fragment: Fragment): KnownFile {
    const names = new AskedNames(this.names);
    return { file: linkFile(fragment, names, new Unresolved(names)), names };
  }

  /** Gives the names and packages of which there are more, fewer or others now. */
  private takeUp(fragments: readonly Fragment[]): ReadonlySet<string> {
    const old = new Map(this.fragments.map((fragment) => [fragment.path, fragment]));
    const come: Fragment[] = [];
    const gone: Fragment[] = [];
    const touched = new Set<string>();
    for (const fragment of fragments) {
      const before = old.get(fragment.path);
      old.delete(fragment.path);
      if (before === fragment) continue;
      come.push(fragment);
      if (before) gone.push(before);
      touch(before, fragment, touched);
    }
    for (const fragment of old.values()) {
      gone.push(fragment);
      touch(fragment, undefined, touched);
    }
    this.names.update(fragments, gone, come, touched.size === 0);
    this.fragments = fragments;
    return touched;
  }
}

function isStale({ names: { asked, hasSearched } }: KnownFile, touched: ReadonlySet<string>): boolean {
  if (touched.size === 0) return false;
  if (hasSearched) return true;
  for (const name of touched) if (asked.has(name)) return true;
  return false;
}

/** Notes which names and packages another text of a file brings, takes away, or declares as something else. */
function touch(from: Fragment | undefined, to: Fragment | undefined, touched: Set<string>): void {
  const [had, has] = [kindsIn(from), kindsIn(to)];
  for (const name of new Set([...had.keys(), ...has.keys()])) if (had.get(name) !== has.get(name)) touched.add(name);
  for (const one of [from, to]) if (one && from?.package !== to?.package) touched.add(packageKey(one.package));
}

/** By full name, as what a file declares it. */
function kindsIn(fragment: Fragment | undefined): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const { name, kind } of fragment?.names ?? []) kinds.set(name, `${kinds.get(name) ?? ''} ${kind}`);
  return kinds;
}

const byPath = (fragments: readonly Fragment[]): Fragment[] => [...fragments].sort((a, b) => compare(a.path, b.path));
const inOrder = (fragments: readonly Fragment[]): Fragment[] =>
  [...fragments].sort((a, b) => compare(a.package, b.package) || compare(a.path, b.path));

function linkFile(fragment: Fragment, declared: DeclaredNames, unresolved: Unresolved): LinkedFile {
  const before = unresolved.guesses;
  const own = new FileNames(fragment, declared, unresolved);
  const linked = { header: own.header(), ...new FileLinker(fragment, own).declarations() };
  const broken = new Set(fragment.broken);
  const problems = [...fragment.problems, ...own.problems.filter(({ at }) => !broken.has(at.start.line))];
  return { ...linked, problems, guesses: unresolved.guesses - before };
}

function modelOf(files: readonly LinkedFile[]): Model {
  const systems = ownFirst(files.flatMap((file) => file.systems));
  const model: Model = {
    version: modelVersion,
    files: files.map(({ header }) => header),
    messages: files.flatMap((file) => file.messages),
    errors: files.flatMap((file) => file.errors),
    events: files.flatMap((file) => file.events),
    enums: files.flatMap((file) => file.enums),
    aliases: files.flatMap((file) => file.aliases),
    policies: files.flatMap((file) => file.policies),
    services: files.flatMap((file) => file.services),
    resources: files.flatMap((file) => file.resources),
    externals: files.flatMap((file) => file.externals),
    auths: files.flatMap((file) => file.auths),
    gateways: files.flatMap((file) => file.gateways),
    contexts: files.flatMap((file) => file.contexts),
    relations: files.flatMap((file) => file.relations),
    systems,
    problems: [...files.flatMap((file) => file.problems), ...secondSystems(systems)],
  };
  return madeOf(model, files);
}

const isOwn = ({ at }: System): boolean => !at.file.startsWith('../');

/** Those of projects that this one uses stand behind its own. */
function ownFirst(systems: readonly System[]): readonly System[] {
  return [...systems.filter(isOwn), ...systems.filter((system) => !isOwn(system))];
}

/** A project has one system. */
function secondSystems(systems: readonly System[]): Problem[] {
  const [first, ...others] = systems.filter(isOwn);
  if (!first) return [];
  return others
    .filter(({ id }) => id !== first.id)
    .map((other) => ({
      rule: 'syntax',
      message: `a project is one system, and \`${first.name}\` is declared already`,
      hint: 'Write what holds for both into one `system`, or make two projects, each with a `weir.json`.',
      at: other.at,
      related: [{ message: `\`${first.name}\` stands here`, at: first.at }],
    }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
