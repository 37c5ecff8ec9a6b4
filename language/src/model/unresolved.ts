import type { Fix, Place, Position, Problem, SourceFile } from './model.ts';
import type { DeclaredKind, DeclaredNames, NameSpace, Wanted } from './names-in-scope.ts';
import { listed, type Mend, mendName } from './nearest.ts';
import { stretch } from './place.ts';

/** What has to be known of a file to add an import to it. */
export type Header = Pick<SourceFile, 'path' | 'package' | 'packageAt'> & {
  readonly imports: readonly { readonly at: Place }[];
};

const kindInWords: Readonly<Record<Wanted, string>> = {
  type: 'type',
  error: 'error',
  event: 'event',
  policy: 'policy',
  service: 'service',
  resource: 'resource',
  usable: 'service, external or resource',
  served: 'service or operation',
  overridden: 'service, resource, external or gateway',
  operation: 'operation',
  auth: 'auth',
  context: 'context',
};

/** What a declaration is. */
const declaredAs: Readonly<Partial<Record<DeclaredKind, string>>> = {
  error: 'an error',
  event: 'an event',
  enum: 'an enum',
  external: 'an external',
  auth: 'an auth',
  alias: 'a type',
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

/** A name that means nothing. */
interface Asked {
  readonly name: string;
  readonly wanted: Wanted;
  readonly at: Place;
  /** Would a declaration do, by its full name? */
  readonly fits: (full: string) => boolean;
}

/** Looking for near names reads all names; past this many broken references nobody reads the guesses. */
export const mostGuesses = 200;

/** Says what a name that means nothing could have been: a near name, or one that another package has. */
export class Unresolved {
  private readonly names: DeclaredNames;
  /** How often a near name has been asked for. */
  guesses = 0;

  constructor(names: DeclaredNames) {
    this.names = names;
  }

  problem(file: Header, space: NameSpace, name: string, wanted: Wanted, at: Place): Problem {
    if (wanted === 'operation') return this.operation(file, space, name, at);
    return this.declaration(file, space, { name, wanted, at, fits: () => true });
  }

  private declaration(file: Header, space: NameSpace, asked: Asked): Problem {
    const { name, wanted, at } = asked;
    const kind = kindInWords[wanted];
    const plain = { rule: 'unresolved-reference', message: `there is no ${kind} \`${name}\` here`, at } as const;
    const other = this.anything(space, name);
    if (other !== undefined) return { ...plain, message: `\`${name}\` is ${other}, not ${article(kind)} ${kind}` };
    const short = name.slice(name.lastIndexOf('.') + 1);
    const others = (this.names.byShortName(wanted).get(short) ?? []).filter(
      (full) => full === name || full.endsWith(`.${name}`),
    );
    if (others.length > 0) return short === name ? withImport(file, plain, others, name) : inFull(plain, others);
    return { ...plain, ...this.meant(file, space, asked) };
  }

  private meant(file: Header, space: NameSpace, asked: Asked): Mend {
    const { name, wanted, at } = asked;
    const scalar = wanted === 'type' ? foreignTypes.get(name.toLowerCase()) : undefined;
    if (scalar !== undefined) {
      return {
        hint: `Write \`${scalar}\`.`,
        fixes: [{ title: `Write \`${scalar}\``, edits: [{ at, text: scalar }], preferred: false }],
      };
    }
    const candidates = this.names.byShortName(wanted);
    const guess = this.guess(name, candidates.keys(), at, (near) => this.edits(file, space, asked, near));
    if (guess.hint !== undefined || wanted !== 'type' || !/^[a-z]/.test(name)) return guess;
    return { hint: `If it is the name of a field or parameter, its type stands behind it: \`${name}: string = 1\`.` };
  }

  /** Writes a near name, and its import where it has to be imported. */
  private edits(file: Header, space: NameSpace, { wanted, at, fits }: Asked, near: string): Fix['edits'] {
    const here = this.names.meanings(space, near, wanted);
    const full = here.length > 0 ? here.map((one) => one.name) : (this.names.byShortName(wanted).get(near) ?? []);
    const [only] = full;
    if (only === undefined || full.length > 1 || !fits(only)) return [];
    const from = only.slice(0, Math.max(0, only.lastIndexOf('.')));
    if (here.length === 0 && from === '') return [];
    return [{ at, text: near }, ...(here.length > 0 ? [] : addImport(file, `import ${from}.{${near}}`).edits)];
  }

  /** What a name means in a file if it may be of any kind: `a message`. */
  private anything(space: NameSpace, name: string): string | undefined {
    const [found] = this.names.meanings(space, name);
    if (!found || found.kind === 'operation') return undefined;
    return declaredAs[found.kind] ?? `a ${found.kind}`;
  }

  /** The full name of the service or external that a call names, even when it has no such operation. */
  serviceOf(space: NameSpace, callName: string): string | undefined {
    const service = callName.slice(0, Math.max(0, callName.lastIndexOf('.')));
    const meanings = this.names.meanings(space, service, 'usable');
    return meanings.find(({ kind }) => kind === 'service' || kind === 'external')?.name;
  }

  private operation(file: Header, space: NameSpace, name: string, at: Place): Problem {
    const dot = name.lastIndexOf('.');
    if (dot < 0) {
      const message = `\`${name}\` is no operation: a call names \`service.Operation\``;
      return { rule: 'unresolved-reference', message, at };
    }
    const service = name.slice(0, dot);
    const operation = name.slice(dot + 1);
    const found = this.serviceOf(space, name);
    if (found === undefined) {
      const [resource] = this.names.meanings(space, service, 'resource');
      if (resource) {
        const hint = 'Resources have no operations: a service that `uses` one is given its client.';
        return { rule: 'unresolved-reference', message: `\`${service}\` is a resource`, at, hint };
      }
      const fits = (full: string): boolean => this.names.operationsOf(full).includes(operation);
      const asked = { name: service, wanted: 'usable', at: stretch(at, name, 0, dot), fits } as const;
      const problem = this.declaration(file, space, asked);
      return {
        ...problem,
        at,
        message: problem.message.replace('service, external or resource', 'service or external'),
      };
    }
    const has = this.names.operationsOf(found);
    const others = has.length > 0 && has.length < 9 ? { hint: `It has ${listed(has, 'and')}.` } : {};
    const message = `\`${service}\` has no operation \`${operation}\``;
    const guess = this.guess(operation, has, stretch(at, name, dot + 1, name.length));
    return { rule: 'unresolved-reference', message, at, ...others, ...guess };
  }

  private guess(...asked: Parameters<typeof mendName>): Mend {
    return ++this.guesses > mostGuesses ? {} : mendName(...asked);
  }
}

const article = (word: string): string => (/^[aeiou]/.test(word) ? 'an' : 'a');

/** Of a name with a part of its package in front, all of it is said. */
function inFull(problem: Problem, others: readonly string[]): Problem {
  const fixes = others.map((full): Fix => ({ title: `Write \`${full}\``, edits: [{ at: problem.at, text: full }] }));
  return { ...problem, hint: `A name stands alone or in full: ${listed(others, 'or')}.`, fixes };
}

function withImport(file: Header, problem: Problem, others: readonly string[], name: string): Problem {
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
  const fixes = clauses.map((clause): Fix => addImport(file, clause));
  return { ...problem, hint, fixes };
}

/** Writes an import below the last one, or below the package, or at the top. */
export function addImport({ path, package: own, packageAt, imports }: Header, clause: string): Fix {
  const title = `Add \`${clause}\``;
  const insert = (position: Position, text: string): Fix => ({
    title,
    edits: [{ at: { file: path, start: position, end: position }, text }],
  });
  const last = imports.at(-1)?.at.end;
  if (last) return insert(last, `\n${clause}`);
  const top = { line: 1, column: 1 };
  return own === '' ? insert(top, `${clause}\n\n`) : insert(packageAt?.end ?? top, `\n\n${clause}`);
}
