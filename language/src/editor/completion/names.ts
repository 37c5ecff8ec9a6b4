import type { AstNode, AstNodeDescription, AstReflection } from 'langium';
import type { File, Service } from '../../grammar/generated/ast.ts';
import { fullNameOf } from '../../syntax/exports.ts';
import { packageOf } from '../../syntax/name-index.ts';
import type { EditorProject } from '../workspace/projects.ts';
import type { Spot } from './spot.ts';

/** A declaration by the shortest name that means it in a file. */
export interface Candidate {
  readonly name: string;
  readonly description: AstNodeDescription;
  /** To be imported first. */
  readonly import?: { readonly package: string; readonly clause: string };
}

/** Nobody reads on; the list is asked for again when more has been typed. */
const mostProposed = 300;

type Matches = (name: string) => boolean;

/** The declarations that a place can name: those of the file's package and imports first. */
export class NamesAt {
  private readonly reflection: AstReflection;

  constructor(reflection: AstReflection) {
    this.reflection = reflection;
  }

  /**
   * @param type what the grammar asks for
   * @param rule the rule of the grammar, and `property` the one that holds the name
   * @param matches does a name agree with what has been typed?
   * @param most how many are enough
   */
  of(project: EditorProject, spot: Spot, asked: Asked, matches: Matches, most = mostProposed): Candidate[] {
    const type = narrowed(spot, asked);
    const file = spot.document.parseResult.value;
    const known: Candidate[] = [];
    const others: AstNodeDescription[] = [];
    const isTaken = taken(spot, asked);
    const spaces = [packageOf(file), ...(file.imports ?? []).map((clause) => clause.package)];
    const seen = new Set<string>();
    for (const description of this.described(project, spot, { ...asked, type })) {
      const { name } = description;
      if (seen.has(name) || !matches(name) || isTaken(name)) continue;
      seen.add(name);
      if (!spaces.some((space) => space === '' || space === undefined || name.startsWith(`${space}.`)))
        others.push(description);
      else known.push(...candidate(description, file, type, project));
      if (known.length >= most) return known;
    }
    const imported = others.slice(0, most - known.length).flatMap((one) => candidate(one, file, type, project));
    const all = [...known, ...imported].filter(({ name }) => matches(name));
    return [...all.filter((one) => !one.import), ...all.filter((one) => one.import)];
  }

  private described(project: EditorProject, spot: Spot, { type, rule }: Asked): Iterable<AstNodeDescription> {
    const { index } = project;
    if (type === 'Operation' && (rule === 'CallItem' || spot.declaration?.$type === 'Service')) {
      return dependencies(spot)
        .flatMap((owner) => operationsOf(owner))
        .flatMap((name) => index.declarations(name));
    }
    if (rule === 'Probe') {
      return dependencies(spot).flatMap((owner) => index.declarations(fullNameOf(owner as never) ?? ''));
    }
    // Those of the file itself first: of very many names not all are proposed.
    const own = index.allElements(type, new Set([spot.document.uri.toString()]));
    return own.concat(index.allElements(type)).filter((one) => this.reflection.isSubtype(one.type, type));
  }
}

/** What a place asks for. */
export interface Asked {
  readonly type: string;
  readonly rule: string;
  readonly property: string;
}

/** What travels is a message, whatever the grammar allows. */
function narrowed(spot: Spot, { type, rule }: Asked): string {
  if (rule !== 'NamedType' || type !== 'TypeDeclaration') return type;
  const around = spot.rules.find((one) => one !== 'NamedType' && one !== 'TypeExpression');
  return around === 'Operation' ? 'Message' : type;
}

/** What the service at hand uses. */
function dependencies({ declaration }: Spot): AstNode[] {
  if (declaration?.$type !== 'Service') return [];
  const uses = (declaration as Service).members.flatMap((member) => (member.$type === 'Uses' ? member.targets : []));
  return [...new Set(uses.flatMap((target) => target?.ref ?? []))];
}

function operationsOf(owner: AstNode): string[] {
  if (owner.$type !== 'Service' && owner.$type !== 'External') return [];
  const { members } = owner as Service;
  const name = fullNameOf(owner as Service);
  return members.flatMap((member) => (member.$type === 'Operation' && member.name ? [`${name}.${member.name}`] : []));
}

/** What has its place already, or would name itself; by full names. */
function taken(spot: Spot, { rule, property }: Asked): (name: string) => boolean {
  const { declaration } = spot;
  const own = declaration && fullNameOf(declaration);
  if (property === 'base') return (name) => name === own;
  if (rule !== 'Uses' || property !== 'targets') return () => false;
  const word = spot.document.textDocument.getText().slice(spot.from, spot.to);
  const uses = new Set<string>();
  for (const member of declaration?.$type === 'Service' ? (declaration as Service).members : []) {
    if (member.$type !== 'Uses') continue;
    for (const target of member.targets) {
      const name = target?.$nodeDescription?.name;
      if (name !== undefined && target.$refText !== word) uses.add(name);
    }
  }
  return (name) => name === own || uses.has(name);
}

function candidate(description: AstNodeDescription, file: File, type: string, { names }: EditorProject): Candidate[] {
  const { name: full } = description;
  const meanings = (name: string): readonly AstNodeDescription[] => names.meanings(file, name, type);
  const isKnown = (name: string): boolean => {
    const found = meanings(name);
    return found.length > 0 && found.every((one) => one.name === full);
  };
  const short = shortNames(full, file).find(isKnown);
  if (short !== undefined) return [{ description, name: short }];
  // An operation is imported with its service.
  const levels = description.type === 'Operation' ? 2 : 1;
  const parts = full.split('.');
  const name = parts.slice(-levels).join('.');
  const from = parts.slice(0, -levels).join('.');
  if (from === '' || meanings(name).length > 0) return isKnown(full) ? [{ description, name: full }] : [];
  return [{ description, name, import: { package: from, clause: `import ${from}.{${parts.at(-levels)}}` } }];
}

/** What is left of a full name without the packages that a file is in or imports, the shortest first. */
function shortNames(full: string, file: File): string[] {
  const packages = [packageOf(file), ...(file.imports ?? []).map((clause) => clause.package)];
  const short = packages.flatMap((name) => (name && full.startsWith(`${name}.`) ? [full.slice(name.length + 1)] : []));
  return [...short, ...(packageOf(file) === '' ? [full] : [])].sort((a, b) => a.length - b.length);
}
