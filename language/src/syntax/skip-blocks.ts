import type { IToken, TokenType } from 'chevrotain';
import { createLangiumParser, type LangiumCoreServices, type LangiumParser } from 'langium';

/** What recovery needs of Chevrotain's parser, which Langium's wraps; its types do not name these. */
interface Recovering {
  readonly input: readonly IToken[];
  exportLexerState(): number;
  importLexerState(index: number): void;
  LA(howMuch: number): IToken;
  SKIP_TOKEN(): IToken;
  tokenMatcher(token: IToken, type: TokenType): boolean;
  flattenFollowSet(): readonly TokenType[];
  findReSyncTokenType(): TokenType;
}

const closerOf: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

/**
 * The parser, which skips whole blocks where it cannot read on: of `circuitBreaker { failures 50% }`, an unknown word,
 * the braces belong to it, and what follows them is read as if it were not there.
 */
export function createBlockSkippingParser(services: LangiumCoreServices): LangiumParser {
  const parser = createLangiumParser(services);
  const inner = wrapped(parser);
  const skipToken = inner.SKIP_TOKEN.bind(inner);
  inner.SKIP_TOKEN = () => {
    const next = inner.exportLexerState() + 1;
    inner.importLexerState(endOfBlock(inner.input, next) - 1);
    return skipToken();
  };
  inner.findReSyncTokenType = () => {
    const follows = inner.flattenFollowSet();
    const from = inner.exportLexerState();
    for (let next = from + 1; ; next = endOfBlock(inner.input, next) + 1) {
      const token = inner.LA(next - from);
      const found = follows.find((type) => inner.tokenMatcher(token, type));
      if (found) return found;
    }
  };
  return parser;
}

/** The tokens that a parser is reading, or has read last. */
export function tokensOf(parser: LangiumParser): readonly IToken[] {
  return wrapped(parser).input;
}

function wrapped(parser: LangiumParser): Recovering {
  return (parser as unknown as { readonly wrapper: Recovering }).wrapper;
}

/** The index of the token that closes the block which a token opens; its own where it opens none that is closed. */
function endOfBlock(tokens: readonly IToken[], index: number): number {
  const opener = tokens[index];
  if (!opener || closerOf[opener.image] === undefined) return index;
  const open: string[] = [];
  for (let at = index; at < tokens.length; at++) {
    const { image } = tokens[at] as IToken;
    const closer = closerOf[image];
    if (closer !== undefined) open.push(closer);
    else if (image === open.at(-1)) open.pop();
    else if (image === '}' || image === ']' || image === ')') return index;
    if (open.length === 0) return belongs(tokens, index, at) ? at : index;
  }
  return index;
}

/** A `}` further left than the line it would close has been meant for a block around it. */
function belongs(tokens: readonly IToken[], opener: number, closer: number): boolean {
  return indentOf(tokens, closer) >= indentOf(tokens, opener);
}

/** The column of the first token of a token's line. */
function indentOf(tokens: readonly IToken[], index: number): number {
  const line = tokens[index]?.startLine;
  let first = index;
  while (first > 0 && tokens[first - 1]?.startLine === line) first--;
  return tokens[first]?.startColumn ?? 0;
}
