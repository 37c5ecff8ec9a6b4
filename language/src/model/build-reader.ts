import { type AstNode, AstUtils, type CstNode, GrammarUtils, type LangiumDocument, type Reference } from 'langium';
import type { Annotation, File } from '../grammar/generated/ast.ts';
import { docComment } from '../syntax/doc-comment.ts';
import type { NameIndex } from '../syntax/name-index.ts';
import type { Names } from '../syntax/scope.ts';
import type { Allow, At, Place, Problem, Ref } from './model.ts';
import { didYouMean, listed } from './nearest.ts';
import { type Dimension, quantity } from './quantity.ts';
import type { Unresolved } from './unresolved.ts';

/** Reads the tree of one file: places, documentation, references and quantities, and notes what is wrong with them. */
export class Reader {
  readonly path: string;
  readonly file: File;
  readonly index: NameIndex;
  readonly names: Names;
  readonly problems: Problem[];
  /** Names in `uses` of the service at hand that mean nothing: said there, and not again at each call. */
  readonly missing = new Set<string>();
  /** Names that an import should have brought and has not: said there, and not again wherever they stand. */
  readonly notImported = new Set<string>();
  private readonly unresolved: Unresolved;
  private readonly lines: readonly string[];

  constructor(
    source: { readonly path: string; readonly document: LangiumDocument<File> },
    index: NameIndex,
    names: Names,
    problems: Problem[],
    unresolved: Unresolved,
  ) {
    this.path = source.path;
    this.file = source.document.parseResult.value;
    this.index = index;
    this.names = names;
    this.problems = problems;
    this.unresolved = unresolved;
    this.lines = source.document.textDocument.getText().split(/\r\n|\r|\n/);
  }

  // ── places and prose ──────────────────────────────────────────────────────────────────────────────────────────────

  /** The whole of a node. */
  extent(node: AstNode): Place {
    return this.placeOf(node.$cstNode);
  }

  /** A property of a node; the node itself where the property is not in the text. */
  at(node: AstNode, property: string, index = 0): Place {
    return this.placeOf(GrammarUtils.findNodeForProperty(node.$cstNode, property, index) ?? node.$cstNode);
  }

  /** A keyword of a node. */
  atKeyword(node: AstNode, keyword: string): Place {
    return this.placeOf(GrammarUtils.findNodeForKeyword(node.$cstNode, keyword) ?? node.$cstNode);
  }

  private placeOf(cst: CstNode | undefined): Place {
    const range = cst?.range;
    const start = { line: (range?.start.line ?? 0) + 1, column: (range?.start.character ?? 0) + 1 };
    const end = { line: (range?.end.line ?? 0) + 1, column: (range?.end.character ?? 0) + 1 };
    return { file: this.path, start, end };
  }

  /** The `///` lines directly above a node. */
  docs(node: AstNode): string | undefined {
    const start = node.$cstNode?.range.start;
    const line = (index: number): string | undefined => this.lines[index];
    const above = start && docComment(line, start);
    const annotations = (node as { readonly annotations?: readonly Annotation[] }).annotations ?? [];
    const last = annotations.at(-1)?.$cstNode?.range.end.line;
    if (above !== undefined || last === undefined) return above;
    // It may also stand between the annotations and what they are about.
    const name = GrammarUtils.findNodeForProperty(node.$cstNode, 'name')?.range.start.line;
    return name === undefined || name === last ? undefined : docComment(line, { line: name, character: 0 });
  }

  /** What every member has beside its name. */
  member(node: AstNode & { readonly name?: string; readonly annotations?: readonly Annotation[] }): {
    name: string;
    at: Place;
    docs?: string;
    deprecated?: string;
    allows: readonly Allow[];
  } {
    const docs = this.docs(node);
    const deprecated = this.deprecated(node.annotations ?? []);
    return {
      name: node.name ?? '',
      at: this.at(node, 'name'),
      ...(docs === undefined ? {} : { docs }),
      ...(deprecated === undefined ? {} : { deprecated }),
      allows: this.allows(node.annotations ?? []),
    };
  }

  /** The `@allow`s of a node; unknown annotations are noted. */
  allows(annotations: readonly Annotation[]): readonly Allow[] {
    return annotations.flatMap((annotation) => {
      const at = this.extent(annotation);
      const known = ['allow', 'deprecated'];
      if (annotation.name && !known.includes(annotation.name)) {
        const guess = didYouMean(annotation.name, known);
        this.problem(
          'syntax',
          `there is no annotation \`@${annotation.name}\``,
          at,
          guess ?? `There are ${listed(known, 'and')}.`,
        );
      }
      if (annotation.name !== 'allow') return [];
      const [rule, reason] = annotation.args;
      if (rule?.word === undefined || reason?.text === undefined || reason.text.trim() === '') {
        this.problem(
          'syntax',
          '`@allow` needs a rule and a reason',
          at,
          'Write `@allow(rule-name, "why it is meant")`.',
        );
        return [];
      }
      return [{ rule: rule.word, reason: reason.text, at }];
    });
  }

  private deprecated(annotations: readonly Annotation[]): string | undefined {
    const annotation = annotations.find((candidate) => candidate.name === 'deprecated');
    return annotation && (annotation.args[0]?.text ?? '');
  }

  // ── problems ──────────────────────────────────────────────────────────────────────────────────────────────────────

  problem(rule: Problem['rule'], message: string, at: Place, hint?: string, fixes?: Problem['fixes']): void {
    this.problems.push({ rule, message, at, ...(hint === undefined ? {} : { hint }), ...(fixes ? { fixes } : {}) });
  }

  /** The only node of several that may stand once; the second is noted. */
  once<T extends AstNode>(nodes: readonly T[], what: string): T | undefined {
    if (nodes[1]) this.problem('syntax', `\`${what}\` stands twice here`, this.extent(nodes[1]), 'Keep one of them.');
    return nodes[0];
  }

  /** The index of a setting that may stand once; a second is noted, none is nothing. */
  onlyIndex(node: AstNode, property: string, word = property): number | undefined {
    const values = (node as unknown as Readonly<Record<string, readonly unknown[]>>)[property] ?? [];
    if (values.length > 1)
      this.problem('syntax', `\`${word}\` stands twice here`, this.at(node, property, 1), 'Keep one of them.');
    return values.length === 0 ? undefined : 0;
  }

  // ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A quantity at a property, in a dimension; a wrong one is noted and nothing. `least` is the smallest that makes sense, `most` the largest. */
  quantity(
    node: AstNode,
    property: string,
    dimension: Dimension,
    options: { index?: number; least?: number; most?: number } = {},
  ): number | undefined {
    const index = options.index ?? 0;
    const written = (node as unknown as Readonly<Record<string, unknown>>)[property];
    const text = Array.isArray(written) ? written[index] : written;
    if (typeof text !== 'string') return undefined;
    const read = quantity(text, dimension);
    const at = this.at(node, property, index);
    if (read.wrong !== undefined) {
      const { mended } = read;
      const fixes =
        mended === undefined ? undefined : [{ title: `Write \`${mended}\``, edits: [{ at, text: mended }] }];
      this.problem('unit', read.wrong, at, mended === undefined ? undefined : `Write \`${mended}\`.`, fixes);
      return undefined;
    }
    if (options.least !== undefined && read.value < options.least) {
      this.problem('unit', `\`${text}\` is too small: it has to be at least ${options.least}`, at);
      return undefined;
    }
    const most = options.most ?? (dimension === 'percent' ? 100 : Number.POSITIVE_INFINITY);
    if (read.value > most) {
      this.problem('unit', `\`${text}\` is too much: it is a share, of 100% at the most`, at);
      return undefined;
    }
    return read.value;
  }

  /** The same with its place. */
  placed(node: AstNode, property: string, dimension: Dimension): At<number> | undefined {
    const value = this.quantity(node, property, dimension);
    return value === undefined ? undefined : { value, at: this.at(node, property) };
  }

  /** One of a closed set of words; another is noted and nothing. */
  word<T extends string>(
    node: AstNode,
    property: string,
    allowed: readonly T[],
    what: string,
    index = 0,
  ): T | undefined {
    const written = (node as unknown as Readonly<Record<string, unknown>>)[property];
    const word = Array.isArray(written) ? written[index] : written;
    if (typeof word !== 'string') return undefined;
    const found = allowed.find((candidate) => candidate === word);
    if (found === undefined) {
      const at = this.at(node, property, index);
      this.problem(
        'syntax',
        `\`${word}\` is no ${what}: expected ${listed(allowed, 'or')}`,
        at,
        didYouMean(word, allowed),
      );
    }
    return found;
  }

  // ── references ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A reference with the full name of its target; one that means nothing, or two things, is noted unless `quiet`. */
  ref(
    node: AstNode,
    property: string,
    reference: Reference | undefined,
    { index = 0, quiet = false }: { readonly index?: number; readonly quiet?: boolean } = {},
  ): Ref {
    const at = this.at(node, property, index);
    if (!reference) return { name: '', at };
    const name = reference.$refText;
    const type = AstUtils.findRootNode(node) === this.file ? this.referenceType(node, property, reference) : '';
    const meanings = this.names.meanings(this.file, name, type);
    const full = [...new Set(meanings.map((meaning) => meaning.name))];
    if (full.length > 1) {
      this.problem(
        'ambiguous-import',
        `\`${name}\` comes from two imports: it could be ${listed(full, 'or')}`,
        at,
        `Write it in full, or import it by name from one of them: \`import ${packagePart(full[0] as string)}.{${name.split('.')[0]}}\`.`,
      );
      return { name, at };
    }
    if (full[0] === undefined) {
      const told = this.notImported.has(name.split('.', 1)[0] as string);
      if (!quiet && !told) this.problems.push(this.unresolved.problem(this.file, name, type, at));
      return { name, at };
    }
    return { name, id: full[0], at };
  }

  /** The service or external that a call names, even when it has no such operation. */
  serviceOf(callName: string): string | undefined {
    return this.unresolved.serviceOf(this.file, callName);
  }

  /** The declaration's kind that a resolved reference leads to. */
  targetType(reference: Reference | undefined): string | undefined {
    return reference?.$nodeDescription?.type ?? reference?.ref?.$type;
  }

  private referenceType(container: AstNode, property: string, reference: Reference): string {
    return this.unresolved.reflection.getReferenceType({ container, property, reference });
  }
}

function packagePart(fullName: string): string {
  return fullName.slice(0, fullName.lastIndexOf('.'));
}
