import type { IToken } from 'chevrotain';
import { type AstNode, AstUtils, GrammarAST, type LangiumDocument } from 'langium';
import { findFirstFeatures, findNextFeatures, type LangiumServices, type NextFeature } from 'langium/lsp';
import type { Position } from 'vscode-languageserver-types';
import type { Declaration, File } from '../../grammar/generated/ast.ts';

/** A place in a text where something is to be proposed, and what the grammar knows of it. */
export interface Spot {
  readonly document: LangiumDocument<File>;
  readonly offset: number;
  /** What a proposal stands for: the word at the cursor, or nothing. */
  readonly from: number;
  readonly to: number;
  /** What of that word stands before the cursor. */
  readonly typed: string;
  /** The text of the declaration at hand, without the word: before it and behind it. */
  readonly head: string;
  readonly tail: string;
  readonly start: number;
  /** The words of `head`, comments left out. */
  readonly tokens: readonly IToken[];
  /** Of the whole declaration at hand. */
  readonly chunk: readonly IToken[];
  /** The declaration at hand, or the one before the cursor. */
  readonly declaration: Declaration | undefined;
  /** The rules of the grammar around the place, the innermost first. */
  readonly rules: readonly string[];
  /** What the grammar allows next. */
  readonly features: readonly NextFeature[];
}

/** The spot at a position; nothing within comments and strings. */
export function spotAt(services: LangiumServices, document: LangiumDocument, position: Position): Spot | undefined {
  const { textDocument } = document;
  const text = textDocument.getText();
  const offset = textDocument.offsetAt(position);
  const { declarations = [] } = document.parseResult.value as File;
  const next = declarations.findIndex((one) => (one.$cstNode?.offset ?? 0) >= offset);
  const index = (next < 0 ? declarations.length : next) - 1;
  const declaration = declarations[index];
  const start = declaration?.$cstNode?.offset ?? 0;
  const end = declarations.find((one) => (one.$cstNode?.offset ?? 0) > offset)?.$cstNode?.offset ?? text.length;
  const chunkText = text.slice(start, Math.max(end, offset));
  const at = offset - start;
  const { tokens: chunk, hidden } = services.parser.Lexer.tokenize(chunkText);
  if (hidden.some((token) => isInComment(token, at)) || chunk.some((token) => isInString(token, at))) return undefined;
  const [from, to] = wordAround(chunk, at);
  const head = chunkText.slice(0, from);
  const tokens = chunk.filter((token) => token.startOffset < from);
  const { features, rules } = featuresBehind(services, head);
  return {
    document: document as LangiumDocument<File>,
    offset,
    from: start + from,
    to: start + to,
    typed: chunkText.slice(from, at),
    head,
    tail: chunkText.slice(to),
    start,
    tokens,
    chunk,
    declaration,
    features,
    // The parser is behind where it has to choose between rules that begin alike, as all do that can be annotated.
    rules: isInAnnotation(tokens) ? ['Annotation', ...rules] : rules,
  };
}

/** At the end of a line a comment goes on. */
function isInComment({ image, startOffset, endOffset = startOffset }: IToken, at: number): boolean {
  if (image.startsWith('//')) return startOffset < at && at <= endOffset + 1;
  return image.startsWith('/*') && startOffset < at && at <= endOffset;
}

function isInString({ image, startOffset, endOffset = startOffset }: IToken, at: number): boolean {
  const isPlain = /^[\w@{}()[\].,:=?*&<>-]/.test(image) && !image.startsWith('"');
  return !isPlain && startOffset < at && at <= endOffset;
}

/** The word at an offset with the words that dots join it to: the one that ends there or goes on, else one that begins there. */
function wordAround(tokens: readonly IToken[], at: number): readonly [from: number, to: number] {
  const touching = tokens.flatMap((token, index) => (token.startOffset <= at && at <= endOf(token) ? [index] : []));
  const index = touching.find((one) => /^(\w|\.$)/.test((tokens[one] as IToken).image));
  if (index === undefined) return [at, at];
  let from = index;
  let to = index;
  const joined = (one: number, other: number): boolean => {
    const [a, b] = [tokens[one], tokens[other]];
    return a !== undefined && b !== undefined && endOf(a) === b.startOffset && (a.image === '.') !== (b.image === '.');
  };
  const isName = (position: number): boolean => /^([A-Za-z_]|\.$)/.test(tokens[position]?.image ?? '');
  if (isName(index)) {
    while (joined(from - 1, from) && isName(from - 1)) from--;
    while (joined(to, to + 1) && isName(to + 1)) to++;
  }
  // A dot alone begins no name.
  if ((tokens[from] as IToken).image === '.') return [at, at];
  return [(tokens[from] as IToken).startOffset, endOf(tokens[to] as IToken)];
}

const endOf = ({ startOffset, endOffset = startOffset }: IToken): number => endOffset + 1;

function featuresBehind({ Grammar, parser }: LangiumServices, head: string): Pick<Spot, 'rules' | 'features'> {
  const { tokens, tokenIndex, elementStack } = parser.CompletionParser.parse(head);
  if (tokenIndex === 0) {
    const entry = Grammar.rules.find(
      (rule): rule is GrammarAST.ParserRule => GrammarAST.isParserRule(rule) && rule.entry,
    );
    const first = entry ? findFirstFeatures(entry.definition) : [];
    if (tokens.length === 0) return { rules: ['File'], features: first.flatMap((stack) => stack.at(-1) ?? []) };
    return { rules: ['File'], features: findNextFeatures(first, tokens.slice(1)) };
  }
  const features = findNextFeatures([elementStack.map((feature) => ({ feature }))], tokens.slice(tokenIndex));
  const rules = elementStack.flatMap((feature) => ruleOf(feature) ?? []).reverse();
  return { rules: [...new Set(rules)], features };
}

function isInAnnotation(tokens: readonly IToken[]): boolean {
  const { from, opener } = openBlock(tokens);
  return tokens.at(-1)?.image === '@' || (opener === '(' && tokens[from - 2]?.image === '@');
}

/** The name of the grammar's rule that something stands in. */
export function ruleOf(feature: AstNode): string | undefined {
  return AstUtils.getContainerOfType(feature, GrammarAST.isParserRule)?.name;
}

/** The tokens of the innermost block that is open at the end of these, and where it begins; all of them without one. */
export function openBlock(tokens: readonly IToken[]): { readonly from: number; readonly opener: string } {
  let depth = 0;
  for (let index = tokens.length - 1; index >= 0; index--) {
    const { image } = tokens[index] as IToken;
    if (/^[})\]]$/.test(image)) depth++;
    else if (/^[{([]$/.test(image) && depth-- === 0) return { from: index, opener: image };
  }
  return { from: -1, opener: '' };
}

/** What would close all that a text leaves open. */
export function closersOf(tokens: readonly IToken[]): string {
  const open: string[] = [];
  for (const { image } of tokens) {
    const closer = ({ '{': '}', '(': ')', '[': ']' } as const)[image];
    if (closer) open.push(closer);
    else if (image === open.at(-1)) open.pop();
  }
  return open.reverse().join(' ');
}
