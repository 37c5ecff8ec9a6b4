import type { Fragment } from './fragment.ts';
import { FileLinker } from './link-file.ts';
import { FileNames } from './link-names.ts';
import { type Model, modelVersion, type Problem, type System } from './model.ts';
import { DeclaredNames } from './names-in-scope.ts';
import { Unresolved } from './unresolved.ts';

/**
 * The model of a project: the fragments of its files with every name looked up. Pure: the fragments stay as they are,
 * their order does not matter.
 */
export function link(fragments: readonly Fragment[]): Model {
  const byPath = [...fragments].sort((a, b) => compare(a.path, b.path));
  const names = new DeclaredNames(byPath);
  const unresolved = new Unresolved(names);
  const problems: Problem[] = [];
  const files = byPath
    .sort((a, b) => compare(a.package, b.package) || compare(a.path, b.path))
    .map((fragment) => {
      const own = new FileNames(fragment, names, unresolved);
      const linked = { header: own.header(), ...new FileLinker(fragment, own).declarations() };
      const broken = new Set(fragment.broken);
      problems.push(...fragment.problems, ...own.problems.filter(({ at }) => !broken.has(at.start.line)));
      return linked;
    });
  const systems = ownFirst(files.flatMap((file) => file.systems));
  problems.push(...secondSystems(systems));
  return {
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
    problems,
  };
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
