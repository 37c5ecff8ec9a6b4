import { type AstNode, URI } from 'langium';
import { type DeclaredKind, ranks, wantedKinds } from '../../model/names-in-scope.ts';
import { idOf } from '../declared-id.ts';
import type { EditorProject } from '../workspace/projects.ts';
import { fieldsOf } from './fields.ts';
import type { NamingFile } from './namings.ts';
import type { Occurrence } from './occurrences.ts';
import type { Target } from './target.ts';

const plainName = /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/;

/** Why a name cannot be given; nothing where it can. */
export function whyNotNamed(target: Target, name: string): string | undefined {
  const words = 'package' in target ? name.split('.') : [name];
  if (words.every((word) => plainName.test(word))) return undefined;
  const others = 'package' in target ? ', with dots between them' : '';
  return `\`${name}\` is no name: names are letters, digits, \`_\` and inner \`-\`${others}`;
}

type Declared = AstNode & { readonly name: string };

/** What has the name already that something is to be given; nothing where nobody does. */
export function clash(project: EditorProject, target: Target, name: string): string | undefined {
  if ('package' in target) {
    // Two packages made one could not be told apart again.
    const isTaken = name !== target.package && project.index.hasPackage(name);
    return isTaken ? `there is a package \`${name}\` already` : undefined;
  }
  const { node } = target;
  const sibling = siblings(node).find((one) => one !== node && one.name === name);
  if (sibling) return `there is a \`${name}\` beside it already`;
  const full = renamed(node, name);
  if (full === undefined) return undefined;
  const other = project.index
    .declarations(full)
    .find((one) => overlaps(one.type, node.$type) && project.index.nodeOf(one) !== node);
  return other && `\`${full}\` is declared already`;
}

/** What has to have another name than a node, other than by its full one. */
function siblings(node: AstNode): readonly Declared[] {
  const owner = node.$container;
  if (!owner) return [];
  switch (node.$type) {
    case 'Field':
    case 'Oneof': {
      const shape = owner.$type === 'Oneof' ? owner.$container : owner;
      if (shape?.$type === 'Operation') return listed(shape, 'parameters');
      const members = listed(shape, 'members');
      return [...members.filter((one) => one.$type === 'Oneof'), ...fieldsOf({ members: members as never })];
    }
    case 'EnumValue':
    case 'Environment':
    case 'Operation':
    case 'Consumer':
      return listed(owner, 'members').filter((one) => 'name' in one);
    case 'ConfigEntry':
      return listed(owner, 'entries');
    default:
      return [];
  }
}

function listed(owner: AstNode | undefined, property: string): readonly Declared[] {
  return ((owner as unknown as Readonly<Record<string, readonly Declared[] | undefined>>)?.[property] ??
    []) as Declared[];
}

function renamed(node: AstNode, name: string): string | undefined {
  const id = idOf(node);
  return id === undefined ? undefined : [...id.split('.').slice(0, -1), name].join('.');
}

const kindOf: Readonly<Record<string, DeclaredKind>> = {
  ErrorMessage: 'error',
  TypeAlias: 'alias',
  BoundedContext: 'context',
};

const kind = (type: string): DeclaredKind => kindOf[type] ?? (type.toLowerCase() as DeclaredKind);

/** Could one place in a text mean either? */
function overlaps(one: string, other: string): boolean {
  const all: readonly (readonly DeclaredKind[])[] = Object.values(wantedKinds);
  return one === other || all.some((kinds) => kinds.includes(kind(one)) && kinds.includes(kind(other)));
}

/**
 * A file in which a name would come to mean something else: what is renamed would be hidden by another declaration there,
 * or hide it. Nothing where all names keep what they mean.
 */
export function capture(
  project: EditorProject,
  target: Target,
  name: string,
  { occurrences, files }: { readonly occurrences: readonly Occurrence[]; readonly files: readonly NamingFile[] },
): string | undefined {
  if ('package' in target || target.node.$container?.$type !== 'File') return undefined;
  const { node } = target;
  const full = renamed(node, name) as string;
  const levels = (text: string): string => [...text.split('.').slice(0, -1), name].join('.');
  const byUri = new Map(files.map((file) => [file.uri, file]));
  for (const { uri, name: written, declares } of occurrences) {
    const file = byUri.get(uri);
    if (!file || declares) continue;
    const text = written.split('.').includes(node.name) ? written.replace(node.name, name) : levels(written);
    if (
      !means(
        project,
        file,
        text
          .split('.')
          .slice(0, text.split('.').indexOf(name) + 1)
          .join('.'),
        full,
        node.$type,
      )
    ) {
      return `\`${text}\` would mean something else in ${shortUri(uri)}`;
    }
  }
  return stolen(project, files, name, full, node);
}

/** Does a name mean a declaration, once that is there under its new full name? */
function means({ index }: EditorProject, file: NamingFile, text: string, full: string, type: string): boolean {
  for (const rank of ranks(file.space, text)) {
    const others = rank.filter(
      (one) => one !== full && index.declarations(one).some((other) => overlaps(other.type, type)),
    );
    if (rank.includes(full)) return others.length === 0;
    if (others.length > 0) return false;
  }
  // An import by name brings it: the clause is changed as well.
  return true;
}

/** A file where the new name already means another declaration, and would no longer. */
function stolen(
  { index }: EditorProject,
  files: readonly NamingFile[],
  name: string,
  full: string,
  node: AstNode,
): string | undefined {
  for (const file of files) {
    const rows = ranks(file.space, name);
    const own = rows.findIndex((rank) => rank.includes(full));
    const other = rows.findIndex((rank) =>
      rank.some((one) => one !== full && index.declarations(one).some(({ type }) => overlaps(type, node.$type))),
    );
    if (own < 0 || other < own || !mentions(file, name)) continue;
    return `\`${name}\` means something else in ${shortUri(file.uri)}`;
  }
  return undefined;
}

const mentions = ({ text: whole, namings }: NamingFile, name: string): boolean =>
  whole.includes(name) && namings().some(({ text }) => text.split('.').includes(name));

const shortUri = (uri: string): string => {
  const { path } = URI.parse(uri);
  return path.slice(path.lastIndexOf('/') + 1);
};
