import type { IToken, TokenType } from 'chevrotain';
import { AbstractParserErrorMessageProvider, DefaultLexerErrorMessageProvider, GrammarAST } from 'langium';
import { didYouMean, listed } from '../model/nearest.ts';
import { commas, containers, foreignWords, hintAfter, members, shapes, strays } from './how-it-is-written.ts';

/** Syntax errors in words: what stands there, what was expected, and on a second line how it is written. */
export class ParserWords extends AbstractParserErrorMessageProvider {
  private readonly grammar: () => GrammarAST.Grammar;
  private readonly tokens: () => readonly IToken[];
  private placesOfWords: ReadonlyMap<string, readonly string[]> | undefined;

  /** @param tokens those that are being parsed: after recovery the parser does not know what stood before an error */
  constructor(grammar: () => GrammarAST.Grammar, tokens: () => readonly IToken[]) {
    super();
    this.grammar = grammar;
    this.tokens = tokens;
  }

  override buildMismatchTokenMessage(options: {
    expected: TokenType;
    actual: IToken;
    previous: IToken;
    ruleName: string;
  }): string {
    const { expected, actual, ruleName } = options;
    // What stands where a block or the file could have gone on was meant as a member of it.
    const rule = plain(ruleName);
    const inBlock = expected.name === '}' || expected.name === 'EOF';
    const members = expected.name === 'EOF' ? this.openings('Declaration') : inBlock ? this.openings(rule) : [];
    if (actual.image === '' || (members.length === 0 && !inBlock)) {
      const hint = (rule === 'Operation' && expected.name === ')' && commas) || this.hint(rule, actual);
      return withHint(`expected ${inWords(expected.name)}, found ${found(actual)}`, hint);
    }
    return this.misplaced(actual, rule, members);
  }

  override buildNotAllInputParsedMessage(options: { firstRedundant: IToken; ruleName: string }): string {
    return this.misplaced(options.firstRedundant, 'File', [...this.openings('Declaration'), 'import']);
  }

  override buildNoViableAltMessage(options: {
    expectedPathsPerAlt: TokenType[][][];
    actual: IToken[];
    previous: IToken;
    ruleName: string;
  }): string {
    return this.expectedOneOf(options.expectedPathsPerAlt.flat(), options);
  }

  override buildEarlyExitMessage(options: {
    expectedIterationPaths: TokenType[][];
    actual: IToken[];
    previous: IToken;
    ruleName: string;
  }): string {
    return this.expectedOneOf(options.expectedIterationPaths, options);
  }

  private expectedOneOf(
    paths: readonly TokenType[][],
    { actual, ruleName }: { readonly actual: readonly IToken[]; readonly ruleName: string },
  ): string {
    const names = distinct(paths.flatMap((path) => (path[0] ? [path[0].name] : [])));
    // A number with a unit and one without are both numbers; which it has to be, the unit's own check says.
    const words = distinct(
      names.map((name) => (name === 'QUANTITY' && names.includes('NUMBER') ? 'a number' : inWords(name))),
    );
    const shown = words.includes('a name')
      ? ['a name', ...words.filter((word) => !word.startsWith('`') && word !== 'a name')]
      : words;
    const [first] = actual;
    const stands = first ? found(first) : endOfFile;
    const hint = first && this.hint(plain(ruleName), first);
    if (shown.length === 0) return withHint(`${stands} does not belong here`, hint);
    if (shown.length === 1) return withHint(`expected ${shown[0]}, found ${stands}`, hint);
    return withHint(`expected ${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}, found ${stands}`, hint);
  }

  /** Something that is no member of the block in which it stands: what it may have been meant for. */
  private misplaced(actual: IToken, rule: string, members: readonly string[]): string {
    const message = `${found(actual)} does not belong here`;
    const special =
      hintAfter(actual, this.before(actual)) ??
      Object.entries(strays[rule] ?? {}).find(([stray]) => stray === actual.image)?.[1];
    if (special !== undefined) return withHint(message, special);
    const instead = foreignWords.get(actual.image.toLowerCase().replace(/[-_]/g, ''));
    const guess = didYouMean(actual.image, members);
    const elsewhere = this.places().get(actual.image);
    if (instead !== undefined && members.includes(instead)) return withHint(message, `Write \`${instead}\`.`);
    if (elsewhere) return withHint(message, `\`${actual.image}\` stands in ${listed(elsewhere, 'or')}.`);
    if (guess) return withHint(message, guess);
    const shape = shapes[rule];
    const named = shape !== undefined && (namedMembers.has(rule) || /^\W/.test(actual.image));
    if (named || members.length === 0) return withHint(message, shape);
    return withHint(message, `Here may stand ${listed(members, 'or')}.`);
  }

  /** The token before another, in the order of the text. */
  private before({ startOffset }: IToken): IToken | undefined {
    const tokens = this.tokens();
    let low = 0;
    let high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const offset = (tokens[middle] as IToken).startOffset;
      // Behind the text's own tokens stand some without a place.
      if (offset >= 0 && offset < startOffset) low = middle + 1;
      else high = middle;
    }
    return tokens[low - 1];
  }

  private hint(rule: string, actual: IToken): string | undefined {
    if (actual.image === '') return undefined;
    const before = this.before(actual);
    const special = hintAfter(actual, before);
    if (special !== undefined) return special;
    const own = shapes[rule];
    if (own !== undefined) return own;
    const [keyword] = this.openingsOfRule(rule);
    const word = keyword ?? before?.image ?? '';
    const shape = Object.hasOwn(members, word) ? members[word] : undefined;
    return shape === undefined ? undefined : `Write it like \`${shape}\`.`;
  }

  /** By each word that begins a member: in what it stands. */
  private places(): ReadonlyMap<string, readonly string[]> {
    if (!this.placesOfWords) {
      const places = new Map<string, string[]>();
      for (const [container, shown] of containers) {
        for (const word of this.openings(container)) {
          const list = places.get(word) ?? [];
          if (!list.includes(shown)) places.set(word, [...list, shown]);
        }
      }
      this.placesOfWords = places;
    }
    return this.placesOfWords;
  }

  /** The keywords that can begin a member of what a rule writes between its braces. */
  private openings(ruleName: string): string[] {
    const rule = this.rule(ruleName);
    if (!rule) return [];
    const inside = repeated(rule.definition);
    return distinct(
      (inside.length > 0 ? inside : [rule.definition]).flatMap((element) => firstKeywords(element, new Set())),
    );
  }

  private openingsOfRule(ruleName: string): string[] {
    const rule = this.rule(ruleName);
    return rule && rule.dataType === undefined ? firstKeywords(rule.definition, new Set()) : [];
  }

  private rule(ruleName: string): GrammarAST.ParserRule | undefined {
    const rule = this.grammar().rules.find((candidate) => candidate.name === ruleName);
    return rule && GrammarAST.isParserRule(rule) ? rule : undefined;
  }
}

export class LexerWords extends DefaultLexerErrorMessageProvider {
  override buildUnexpectedCharactersMessage(fullText: string, startOffset: number): string {
    const character = String.fromCodePoint(fullText.codePointAt(startOffset) ?? 0);
    if (character === '"') return 'this string does not end: a string closes with `"` on the line it began';
    if (character === "'") return 'strings stand between double quotes: `"` instead of `\'`';
    if (character === ';')
      return withHint('`;` has no meaning here', 'Leave it out: nothing has to stand between members.');
    const shown = /\p{C}|\p{Z}/u.test(character)
      ? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
      : `\`${character}\``;
    return `${shown} has no meaning here`;
  }
}

const endOfFile = 'the end of the file';

/** Rules whose members begin with a name of one's own. */
const namedMembers: ReadonlySet<string> = new Set(['Message', 'ErrorMessage', 'Event', 'Enum', 'Oneof']);

/** Chevrotain's names of rules end in an invisible character. */
const plain = (ruleName: string): string => ruleName.replace('\u200B', '');

/** A message is one text for the parser: its hint stands on a second line. */
const withHint = (message: string, hint: string | undefined): string =>
  hint === undefined ? message : `${message}\n${hint}`;

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
