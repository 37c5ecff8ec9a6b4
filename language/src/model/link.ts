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

/** Links a project again and again. A file is linked anew when it has changed, or when what the project declares has. */
export class Linker {
  private declared: { readonly by: readonly string[]; readonly names: DeclaredNames } | undefined;
  private linked = new WeakMap<Fragment, LinkedFile>();

  /** The same model that `link` gives; what has not changed is the same object as before. */
  link(fragments: readonly Fragment[]): Model {
    const names = this.namesOf(byPath(fragments));
    const unresolved = new Unresolved(names);
    const known = this.linked;
    const files = inOrder(fragments).map((fragment) => {
      const file = known.get(fragment) ?? linkFile(fragment, names, unresolved);
      known.set(fragment, file);
      return file;
    });
    // Few are guessed in a whole project, and those who come first have them: who that is, is not known by parts.
    if (files.reduce((sum, { guesses }) => sum + guesses, 0) <= mostGuesses) return modelOf(files);
    this.linked = new WeakMap();
    return link(fragments);
  }

  private namesOf(fragments: readonly Fragment[]): DeclaredNames {
    const by = fragments.map(signatureOf);
    const { declared } = this;
    if (declared?.by.length === by.length && by.every((one, i) => one === declared.by[i])) return declared.names;
    const names = new DeclaredNames(fragments);
    this.declared = { by, names };
    this.linked = new WeakMap();
    return names;
  }
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

const signatures = new WeakMap<Fragment, string>();

/** What a file declares, as one text. */
function signatureOf(fragment: Fragment): string {
  let signature = signatures.get(fragment);
  if (signature === undefined) {
    const { path, package: own, names } = fragment;
    signature = JSON.stringify([path, own, names.map(({ name, kind }) => [kind, name])]);
    signatures.set(fragment, signature);
  }
  return signature;
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
