import type { LangiumDocument } from 'langium';
import type { Declaration, File } from '../grammar/generated/ast.ts';
import { type NameIndex, packageOf } from '../syntax/name-index.ts';
import type { Names } from '../syntax/scope.ts';
import { Reader } from './build-reader.ts';
import { external, resource, service } from './build-services.ts';
import { brokenLines, syntaxProblems } from './build-syntax.ts';
import { auth, context, gateway, policy, relation, system } from './build-system.ts';
import { alias, enumeration, errorMessage, eventMessage, message } from './build-types.ts';
import { type ImportClause, type Model, modelVersion, type Problem, type SourceFile, type System } from './model.ts';
import { didYouMean } from './nearest.ts';
import { Unresolved } from './unresolved.ts';

/** A parsed and linked file of the project, by its path relative to the project's root. */
export interface ParsedFile {
  readonly path: string;
  readonly document: LangiumDocument<File>;
}

type Built = { -readonly [K in Exclude<keyof Model, 'version' | 'files' | 'problems'>]: Model[K][number][] };

/** The one place where the tree becomes the model. The order of the files given does not matter. */
export function buildModel(files: readonly ParsedFile[], index: NameIndex, names: Names): Model {
  const ordered = [...files].sort(
    (a, b) =>
      compare(packageOf(a.document.parseResult.value), packageOf(b.document.parseResult.value)) ||
      compare(a.path, b.path),
  );
  const problems: Problem[] = [];
  const unresolved = new Unresolved(index, names, names.reflection);
  const built: Built = {
    messages: [],
    errors: [],
    events: [],
    enums: [],
    aliases: [],
    policies: [],
    services: [],
    resources: [],
    externals: [],
    auths: [],
    gateways: [],
    contexts: [],
    relations: [],
    systems: [],
  };
  const sources: SourceFile[] = [];
  for (const file of ordered) {
    const reader = new Reader(file, index, names, problems, unresolved);
    problems.push(...syntaxProblems(file.path, file.document));
    const before = problems.length;
    sources.push(sourceFile(reader));
    for (const declaration of reader.file.declarations ?? []) add(reader, built, declaration);
    // Of a line that does not parse, nothing else can be said for certain.
    const broken = brokenLines(file.document);
    if (broken.size > 0) problems.push(...problems.splice(before).filter(({ at }) => !broken.has(at.start.line)));
  }
  oneSystem(built, problems);
  return { version: modelVersion, files: sources, ...built, problems };
}

/** A project has one system; those of projects that it uses stand behind its own. */
function oneSystem(built: Built, problems: Problem[]): void {
  const isOwn = ({ at }: System): boolean => !at.file.startsWith('../');
  const own = built.systems.filter(isOwn);
  built.systems = [...own, ...built.systems.filter((system) => !isOwn(system))];
  for (const other of own.slice(1)) {
    const [first] = own as [System];
    if (first.id === other.id) continue;
    problems.push({
      rule: 'syntax',
      message: `a project is one system, and \`${first.name}\` is declared already`,
      hint: 'Write what holds for both into one `system`, or make two projects, each with a `weir.json`.',
      at: other.at,
      related: [{ message: `\`${first.name}\` stands here`, at: first.at }],
    });
  }
}

function add(reader: Reader, built: Built, node: Declaration): void {
  switch (node.$type) {
    case 'Message':
      push(built.messages, message(reader, node));
      break;
    case 'ErrorMessage':
      push(built.errors, errorMessage(reader, node));
      break;
    case 'Event':
      push(built.events, eventMessage(reader, node));
      break;
    case 'Enum':
      push(built.enums, enumeration(reader, node));
      break;
    case 'TypeAlias':
      push(built.aliases, alias(reader, node));
      break;
    case 'Policy':
      push(built.policies, policy(reader, node));
      break;
    case 'Service':
      push(built.services, service(reader, node));
      break;
    case 'Resource':
      push(built.resources, resource(reader, node));
      break;
    case 'External':
      push(built.externals, external(reader, node));
      break;
    case 'Auth':
      push(built.auths, auth(reader, node));
      break;
    case 'Gateway':
      push(built.gateways, gateway(reader, node));
      break;
    case 'BoundedContext':
      push(built.contexts, context(reader, node));
      break;
    case 'Relation':
      push(built.relations, relation(reader, node));
      break;
    case 'System':
      push(built.systems, system(reader, node));
      break;
  }
}

function push<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

function sourceFile(reader: Reader): SourceFile {
  const { file } = reader;
  return {
    path: reader.path,
    package: packageOf(file),
    ...(file.name === undefined ? {} : { packageAt: reader.at(file, 'name') }),
    imports: (file.imports ?? []).flatMap((clause): ImportClause[] => {
      if (!clause.package) return [];
      const found = reader.index.hasPackage(clause.package);
      const names = clause.names.map((value, i) => ({ value: value as string, at: reader.at(clause, 'names', i) }));
      const at = reader.at(clause, 'package');
      if (!found) {
        const hint = didYouMean(clause.package, reader.index.packageNames());
        reader.problem('unresolved-reference', `there is no package \`${clause.package}\` in this project`, at, hint);
      }
      for (const name of names) {
        if (reader.index.declarations(`${clause.package}.${name.value}`).length > 0) continue;
        reader.notImported.add(name.value);
        if (!found) continue;
        const hint = didYouMean(name.value, reader.index.namesIn(clause.package));
        reader.problem('unresolved-reference', `package \`${clause.package}\` has no \`${name.value}\``, name.at, hint);
      }
      return [{ package: clause.package, ...(names.length > 0 ? { names } : {}), found, at: reader.extent(clause) }];
    }),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
