import { type AstReflection, GrammarUtils } from 'langium';
import type { File } from '../grammar/generated/ast.ts';
import { type NameIndex, packageOf } from '../syntax/name-index.ts';
import type { Names } from '../syntax/scope.ts';
import type { Fix, Place, Problem } from './model.ts';
import { didYouMean, listed } from './nearest.ts';

const kindInWords: Readonly<Record<string, string>> = {
  TypeDeclaration: 'type',
  ErrorMessage: 'error',
  Usable: 'service, external or resource',
  Served: 'service or operation',
  Overridden: 'service, resource, external or gateway',
  BoundedContext: 'context',
};

/** What a declaration is, by its kind in the tree. */
const declaredAs: Readonly<Record<string, string>> = {
  ErrorMessage: 'an error',
  Event: 'an event',
  Enum: 'an enum',
  External: 'an external',
  Auth: 'an auth',
  TypeAlias: 'a type',
  BoundedContext: 'a context',
};

/** What other languages call a scalar, in small letters. */
const foreignTypes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bool: 'boolean',
    int32: 'int integer i32 short number',
    int64: 'long bigint i64',
    uint32: 'uint u32 fixed32',
    uint64: 'ulong u64 fixed64',
    float: 'float32 f32',
    double: 'float64 f64 real',
    string: 'str text varchar char',
    bytes: 'binary blob bytearray buffer',
    uuid: 'guid',
    timestamp: 'date datetime time instant',
    duration: 'timespan interval',
    decimal: 'bigdecimal numeric money',
    json: 'any object dynamic unknown struct map',
  }).flatMap(([type, others]) => [type, ...others.split(' ')].map((other) => [other, type] as const)),
);

/** Says what a name that means nothing could have been: a near name, or one that another package has. */
export class Unresolved {
  readonly reflection: AstReflection;
  private readonly index: NameIndex;
  private readonly names: Names;
  private readonly shortNames = new Map<string, ReadonlyMap<string, readonly string[]>>();
  /** Looking for near names reads all names; past this many broken references nobody reads the guesses. */
  private guesses = 200;

  constructor(index: NameIndex, names: Names, reflection: AstReflection) {
    this.index = index;
    this.names = names;
    this.reflection = reflection;
  }

  problem(file: File, name: string, type: string, at: Place): Problem {
    if (type === 'Operation') return this.operation(file, name, at);
    const kind = kindInWords[type] ?? type.toLowerCase();
    const plain = { rule: 'unresolved-reference', message: `there is no ${kind} \`${name}\` here`, at } as const;
    const other = this.anything(file, name);
    if (other !== undefined) return { ...plain, message: `\`${name}\` is ${other}, not ${article(kind)} ${kind}` };
    const short = name.slice(name.lastIndexOf('.') + 1);
    const others = (this.byShortName(type).get(short) ?? []).filter(
      (full) => full === name || full.endsWith(`.${name}`),
    );
    if (others.length > 0) return short === name ? withImport(file, plain, others, name) : inFull(plain, others);
    const hint = this.meant(name, type);
    return { ...plain, ...(hint === undefined ? {} : { hint }) };
  }

  private meant(name: string, type: string): string | undefined {
    const scalar = type === 'TypeDeclaration' ? foreignTypes.get(name.toLowerCase()) : undefined;
    if (scalar !== undefined) return `Write \`${scalar}\`.`;
    const guess = this.guess(name, this.byShortName(type).keys());
    if (guess !== undefined || type !== 'TypeDeclaration' || !/^[a-z]/.test(name)) return guess;
    return `If it is the name of a field or parameter, its type stands behind it: \`${name}: string = 1\`.`;
  }

  /** What a name means in a file if it may be of any kind: `a message`. */
  private anything(file: File, name: string): string | undefined {
    const [found] = this.names.meanings(file, name);
    if (!found || found.type === 'Operation') return undefined;
    return declaredAs[found.type] ?? `a ${found.type.toLowerCase()}`;
  }

  /** The full name of the service or external that a call names, even when it has no such operation. */
  serviceOf(file: File, callName: string): string | undefined {
    const service = callName.slice(0, Math.max(0, callName.lastIndexOf('.')));
    const meanings = this.names.meanings(file, service, 'Usable');
    return meanings.find((meaning) => meaning.type === 'Service' || meaning.type === 'External')?.name;
  }

  private operation(file: File, name: string, at: Place): Problem {
    const dot = name.lastIndexOf('.');
    if (dot < 0) {
      const message = `\`${name}\` is no operation: a call names \`service.Operation\``;
      return { rule: 'unresolved-reference', message, at };
    }
    const service = name.slice(0, dot);
    const operation = name.slice(dot + 1);
    const found = this.serviceOf(file, name);
    if (found === undefined) {
      const [resource] = this.names.meanings(file, service, 'Resource');
      if (resource) {
        const hint = 'Resources have no operations: a service that `uses` one is given its client.';
        return { rule: 'unresolved-reference', message: `\`${service}\` is a resource`, at, hint };
      }
      const problem = this.problem(file, service, 'Usable', at);
      return { ...problem, message: problem.message.replace('service, external or resource', 'service or external') };
    }
    const has = this.operationsOf(found);
    const hint =
      this.guess(operation, has) ?? (has.length > 0 && has.length < 9 ? `It has ${listed(has, 'and')}.` : undefined);
    const message = `\`${service}\` has no operation \`${operation}\``;
    return { rule: 'unresolved-reference', message, at, ...(hint === undefined ? {} : { hint }) };
  }

  private operationsOf(service: string): string[] {
    const prefix = `${service}.`;
    return [...this.index.allElements('Operation')]
      .map((description) => description.name)
      .filter((full) => full.startsWith(prefix) && !full.includes('.', prefix.length))
      .map((full) => full.slice(prefix.length));
  }

  private guess(name: string, candidates: Iterable<string>): string | undefined {
    if (this.guesses-- <= 0) return undefined;
    return didYouMean(name, candidates);
  }

  private byShortName(type: string): ReadonlyMap<string, readonly string[]> {
    let names = this.shortNames.get(type);
    if (!names) {
      const made = new Map<string, string[]>();
      for (const { name, type: kind } of this.index.allElements(type)) {
        if (kind === 'Operation') continue;
        const short = name.slice(name.lastIndexOf('.') + 1);
        const list = made.get(short);
        if (!list) made.set(short, [name]);
        else if (!list.includes(name)) list.push(name);
      }
      names = made;
      this.shortNames.set(type, names);
    }
    return names;
  }
}

const article = (word: string): string => (/^[aeiou]/.test(word) ? 'an' : 'a');

/** Of a name with a part of its package in front, all of it is said. */
function inFull(problem: Problem, others: readonly string[]): Problem {
  const fixes = others.map((full): Fix => ({ title: `Write \`${full}\``, edits: [{ at: problem.at, text: full }] }));
  return { ...problem, hint: `A name stands alone or in full: ${listed(others, 'or')}.`, fixes };
}

function withImport(file: File, problem: Problem, others: readonly string[], name: string): Problem {
  const packages = others
    .map((full) => full.slice(0, Math.max(0, full.lastIndexOf('.'))))
    .filter((found) => found !== '')
    .sort();
  if (packages.length === 0) return problem;
  const clauses = packages.map((found) => `import ${found}.{${name}}`);
  const hint =
    packages.length === 1
      ? `Another package has it: \`${clauses[0]}\`.`
      : `Other packages have it: ${listed(packages, 'and')}.`;
  const fixes = clauses.map((clause): Fix => addImport(file, problem.at.file, clause));
  return { ...problem, hint, fixes };
}

/** Writes an import below the last one, or below the package, or at the top. */
export function addImport(file: File, path: string, clause: string): Fix {
  const last = file.imports.at(-1)?.$cstNode?.range.end;
  const title = `Add \`${clause}\``;
  const insert = (line: number, column: number, text: string): Fix => {
    const position = { line, column };
    return { title, edits: [{ at: { file: path, start: position, end: position }, text }] };
  };
  if (last) return insert(last.line + 1, last.character + 1, `\n${clause}`);
  if (packageOf(file) === '') return insert(1, 1, `${clause}\n\n`);
  const end = endOfPackage(file);
  return insert(end.line + 1, end.character + 1, `\n\n${clause}`);
}

function endOfPackage(file: File): { readonly line: number; readonly character: number } {
  return GrammarUtils.findNodeForProperty(file.$cstNode, 'name')?.range.end ?? { line: 0, character: 0 };
}
