import type { IToken, TokenType } from 'chevrotain';
import { AbstractParserErrorMessageProvider, DefaultLexerErrorMessageProvider, GrammarAST } from 'langium';
import { didYouMean, listed } from '../model/nearest.ts';

/** Syntax errors in words: what stands there, what was expected, and where a word was nearly right, which one. */
export class ParserWords extends AbstractParserErrorMessageProvider {
  private readonly grammar: () => GrammarAST.Grammar;

  constructor(grammar: () => GrammarAST.Grammar) {
    super();
    this.grammar = grammar;
  }

  override buildMismatchTokenMessage(options: {
    expected: TokenType;
    actual: IToken;
    previous: IToken;
    ruleName: string;
  }): string {
    const { expected, actual, ruleName } = options;
    // What stands where a block or the file could have gone on was meant as a member of it.
    const rule = ruleName.replace('\u200B', '');
    const members =
      expected.name === 'EOF' ? this.openings('Declaration') : expected.name === '}' ? this.openings(rule) : [];
    if (members.length === 0 || actual.image === '')
      return `expected ${inWords(expected.name)}, found ${found(actual)}`;
    const guess = didYouMean(actual.image, members);
    if (guess) return `${found(actual)} does not belong here. ${guess}`;
    const one = members.length > 1 ? 'one of ' : '';
    return `${found(actual)} does not belong here: expected ${one}${listed(members, 'or')}, or ${inWords(expected.name)}`;
  }

  override buildNotAllInputParsedMessage({ firstRedundant }: { firstRedundant: IToken; ruleName: string }): string {
    const declarations = this.openings('Declaration');
    const guess = didYouMean(firstRedundant.image, [...declarations, 'import']);
    const message = `${found(firstRedundant)} does not begin a declaration: expected one of ${listed(declarations, 'or')}`;
    return guess ? `${message}. ${guess}` : message;
  }

  override buildNoViableAltMessage(options: {
    expectedPathsPerAlt: TokenType[][][];
    actual: IToken[];
    previous: IToken;
    ruleName: string;
  }): string {
    return this.expectedOneOf(options.expectedPathsPerAlt.flat(), options.actual);
  }

  override buildEarlyExitMessage(options: {
    expectedIterationPaths: TokenType[][];
    actual: IToken[];
    previous: IToken;
    ruleName: string;
  }): string {
    return this.expectedOneOf(options.expectedIterationPaths, options.actual);
  }

  private expectedOneOf(paths: readonly TokenType[][], actual: readonly IToken[]): string {
    const words = distinct(paths.flatMap((path) => (path[0] ? [inWords(path[0].name)] : [])));
    const shown = words.includes('a name')
      ? ['a name', ...words.filter((word) => !word.startsWith('`') && word !== 'a name')]
      : words;
    const stands = actual[0] ? found(actual[0]) : endOfFile;
    if (shown.length === 0) return `${stands} does not belong here`;
    if (shown.length === 1) return `expected ${shown[0]}, found ${stands}`;
    return `expected ${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}, found ${stands}`;
  }

  /** The keywords that can begin a member of what a rule writes between its braces. */
  private openings(ruleName: string): string[] {
    const rule = this.grammar().rules.find((candidate) => candidate.name === ruleName);
    if (!rule || !GrammarAST.isParserRule(rule)) return [];
    const inside = repeated(rule.definition);
    return distinct(
      (inside.length > 0 ? inside : [rule.definition]).flatMap((element) => firstKeywords(element, new Set())),
    );
  }
}

export class LexerWords extends DefaultLexerErrorMessageProvider {
  override buildUnexpectedCharactersMessage(fullText: string, startOffset: number): string {
    const character = String.fromCodePoint(fullText.codePointAt(startOffset) ?? 0);
    if (character === '"') return 'this string does not end: a string closes with `"` on the line it began';
    if (character === "'") return 'strings stand between double quotes: `"` instead of `\'`';
    const shown = /\p{C}|\p{Z}/u.test(character)
      ? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
      : `\`${character}\``;
    return `${shown} has no meaning here`;
  }
}

const endOfFile = 'the end of the file';

const distinct = (words: readonly string[]): string[] => [...new Set(words)];

function found(token: IToken): string {
  if (token.image === '') return endOfFile;
  const image = token.image.length > 40 ? `${token.image.slice(0, 37)}…` : token.image;
  return `\`${image}\``;
}

function inWords(tokenName: string): string {
  switch (tokenName) {
    case 'ID':
      return 'a name';
    case 'STRING':
      return 'a string in double quotes';
    case 'PATH':
      return 'a path such as `/v1/orders`';
    case 'NUMBER':
      return 'a number';
    case 'QUANTITY':
      return 'a number with its unit, such as `250ms`';
    case 'VERSION':
      return 'a version such as `1.4.0`';
    case 'EOF':
      return endOfFile;
    default:
      return `\`${tokenName}\``;
  }
}

/** The parts of a rule that repeat, which is what stands between braces. */
function repeated(element: GrammarAST.AbstractElement): GrammarAST.AbstractElement[] {
  if (element.cardinality === '*' || element.cardinality === '+') return [element];
  if (GrammarAST.isGroup(element) || GrammarAST.isAlternatives(element)) {
    const all = element.elements.flatMap(repeated);
    // Annotations repeat before the brace; members come last.
    return all.slice(-1);
  }
  return [];
}

function firstKeywords(element: GrammarAST.AbstractElement, seen: Set<string>): string[] {
  if (GrammarAST.isKeyword(element)) return /^[a-z]/i.test(element.value) ? [element.value] : [];
  if (GrammarAST.isAlternatives(element)) return element.elements.flatMap((inner) => firstKeywords(inner, seen));
  if (GrammarAST.isAssignment(element)) return firstKeywords(element.terminal, seen);
  if (GrammarAST.isRuleCall(element)) {
    const rule = element.rule.ref;
    if (
      !rule ||
      !GrammarAST.isParserRule(rule) ||
      rule.dataType !== undefined ||
      rule.name === 'Name' ||
      seen.has(rule.name)
    )
      return [];
    return firstKeywords(rule.definition, new Set([...seen, rule.name]));
  }
  if (GrammarAST.isGroup(element)) {
    const first: string[] = [];
    for (const inner of element.elements) {
      first.push(...firstKeywords(inner, seen));
      if (inner.cardinality !== '?' && inner.cardinality !== '*') break;
    }
    return first;
  }
  return [];
}
