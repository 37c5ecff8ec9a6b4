import type { AstNode, CstNode, Reference } from 'langium';
import type { Annotation, File } from '../grammar/generated/ast.ts';
import { docComment } from '../syntax/doc-comment.ts';
import type { Allow, At, Place, Problem, Ref } from './model.ts';
import { listed, mendName } from './nearest.ts';
import { unknownWord } from './problems-of.ts';
import { keywordNode, propertyNode } from './property-node.ts';
import { type Dimension, quantity } from './quantity.ts';

/** Reads the tree of one file: places, documentation, references and quantities, and notes what is wrong with them. */
export class Reader {
  readonly path: string;
  readonly file: File;
  readonly problems: Problem[] = [];
  private readonly lines: readonly string[];

  constructor(path: string, text: string, file: File) {
    this.path = path;
    this.file = file;
    this.lines = text.split(/\r\n|\r|\n/);
  }

  // ── places and prose ──────────────────────────────────────────────────────────────────────────────────────────────

  /** The whole of a node. */
  extent(node: AstNode): Place {
    return this.placeOf(node.$cstNode);
  }

  /** A property of a node; the node itself where the property is not in the text. */
  at(node: AstNode, property: string, index = 0): Place {
    return this.placeOf(propertyNode(node, property, index) ?? node.$cstNode);
  }

  /** A keyword of a node. */
  atKeyword(node: AstNode, keyword: string): Place {
    return this.placeOf(keywordNode(node, keyword) ?? node.$cstNode);
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
    const name = propertyNode(node, 'name')?.range.start.line;
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
        const mend = mendName(annotation.name, known, this.at(annotation, 'name'));
        const message = `there is no annotation \`@${annotation.name}\``;
        this.problems.push({ rule: 'syntax', message, at, hint: `There are ${listed(known, 'and')}.`, ...mend });
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
    if (found === undefined) this.problems.push(unknownWord(word, allowed, what, this.at(node, property, index)));
    return found;
  }

  // ── references ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A reference as written: what it means is looked up when all files are known. */
  ref(node: AstNode, property: string, reference: Reference | undefined, index = 0): Ref {
    return { name: reference?.$refText ?? '', at: this.at(node, property, index) };
  }
}
