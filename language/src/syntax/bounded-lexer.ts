import { DefaultLexer, type LexerResult, type TokenizeOptions } from 'langium';

/** Sources nest a dozen deep; what nests deeper is no source, and the parser, which recurses, must not follow it. */
const deepest = 64;

/** Lines of people and of generators are shorter; what is longer is data, and reading it as source takes long. */
const longestLine = 100_000;

/** After so many characters that mean nothing, a text is no source: the rest is not read. */
const mostErrors = 100;

/** How errors end that say why a text was not read to its end. */
export const notRead = 'the rest of the file was not read';

/** The lexer, with an end to nesting and to junk: the text up to there is read, and an error says why no further. */
export class BoundedLexer extends DefaultLexer {
  override tokenize(text: string, options?: TokenizeOptions): LexerResult {
    const result = super.tokenize(text, options);
    const tooLong = result.tokens.findIndex((token) => (token.startColumn ?? 0) > longestLine);
    stopAt(result, tooLong, `this line has more than ${longestLine} characters; ${notRead}`);
    stopAt(result, indexOfTooDeep(result.tokens), `brackets are nested more than ${deepest} deep; ${notRead}`);
    const junk = result.errors[mostErrors];
    if (junk && result.errors.length > mostErrors) {
      const end = result.tokens.findIndex((token) => token.startOffset > junk.offset);
      if (end >= 0) result.tokens.length = end;
      result.errors.length = mostErrors;
      result.errors.push({
        ...junk,
        message: `more than ${mostErrors} characters that mean nothing; ${notRead}`,
      });
    }
    return result;
  }
}

function stopAt(result: LexerResult, index: number, message: string): void {
  const token = result.tokens[index];
  if (!token) return;
  result.errors.push({
    offset: token.startOffset,
    length: token.image.length,
    line: token.startLine,
    column: token.startColumn,
    message,
  });
  result.tokens.length = index;
}

function indexOfTooDeep(tokens: LexerResult['tokens']): number {
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    switch (tokens[i]?.image) {
      case '{':
      case '[':
      case '(':
      case '<':
        if (++depth > deepest) return i;
        break;
      case '}':
      case ']':
      case ')':
      case '>':
        depth = Math.max(0, depth - 1);
        break;
      default:
        break;
    }
  }
  return -1;
}
