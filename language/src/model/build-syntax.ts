import type { ParseResult } from 'langium';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { notRead } from '../syntax/bounded-lexer.ts';
import type { Place, Position, Problem } from './model.ts';

/** The lines, from 1, on which the parser lost its way: what its tree says of them may be wrong. */
export function brokenLines({ parserErrors }: ParseResult): readonly number[] {
  const lines = parserErrors.map(({ token }) => token.startLine ?? Number.NaN).filter(Number.isFinite);
  return [...new Set(lines)];
}

/** What the parser could not read in a text, at the token where it stopped. */
export function syntaxProblems(path: string, text: string, parsed: ParseResult): Problem[] {
  if (parsed.lexerErrors.length + parsed.parserErrors.length === 0) return [];
  return problemsIn(path, TextDocument.create(`weir:/${path}`, 'weir', 0, text), parsed);
}

type Text = Pick<TextDocument, 'getText' | 'positionAt'>;

/** Of what one mistake brings about, the first says it; and nobody mends more than these before looking again. */
const mostProblems = 50;

function problemsIn(path: string, text: Text, { lexerErrors, parserErrors }: ParseResult): Problem[] {
  const problems: Problem[] = lexerErrors.map((error) =>
    problem(error.message, between(path, text, error.offset, error.offset + error.length)),
  );
  const unclosed = parserErrors.length > 0 ? unclosedBrace(text.getText()) : undefined;
  let told = false;
  for (const error of parserErrors) {
    const atEnd = error.token.image === '';
    const from = atEnd ? text.getText().trimEnd().length : error.token.startOffset;
    const to = atEnd ? from : (error.token.endOffset ?? from) + 1;
    const found = problem(error.message, between(path, text, from, to));
    // What follows a block that has no end is read as if it were in it, up to the end of the file.
    const opener = unclosed === undefined || from <= unclosed ? undefined : opened(path, text, unclosed);
    if (opener && !told && (atEnd || found.at.start.line > opener.line)) {
      problems.push({ ...found, hint: opener.hint, related: opener.related });
      told = true;
    } else if (!atEnd || !told) problems.push(found);
  }
  return bounded(firstOfEachLine(problems));
}

/** A message of the parser, with its hint on a second line. */
function problem(text: string, at: Place): Problem {
  const [message = '', hint] = text.split('\n');
  return { rule: 'syntax', message, ...(hint === undefined ? {} : { hint }), at };
}

function opened(path: string, text: Text, offset: number) {
  const at = between(path, text, offset, offset + 1);
  const { line } = at.start;
  const hint = `The block that begins on line ${line} has no \`}\`.`;
  return { line, hint, related: [{ message: 'the block begins here', at }] };
}

function firstOfEachLine(problems: readonly Problem[]): Problem[] {
  const lines = new Set<number>();
  const inOrder = [...problems].sort(
    ({ at: a }, { at: b }) => a.start.line - b.start.line || a.start.column - b.start.column,
  );
  return inOrder.filter(
    ({ at, message }) => message.endsWith(notRead) || (!lines.has(at.start.line) && lines.add(at.start.line)),
  );
}

function bounded(problems: readonly Problem[]): Problem[] {
  const rest = problems[mostProblems];
  if (!rest) return [...problems];
  const more = problems.length - mostProblems;
  const message = `${more} more ${more === 1 ? 'line does' : 'lines do'} not parse`;
  return [...problems.slice(0, mostProblems), { rule: 'syntax', message, at: rest.at }];
}

/**
 * The `{` that nobody closed: where a `}` stands further left than the line that it would close, that line's; else the
 * innermost one that is open at the end.
 */
function unclosedBrace(text: string): number | undefined {
  const open: { readonly offset: number; readonly indent: number }[] = [];
  let suspect: number | undefined;
  let indent = 0;
  for (const { 0: token, index } of text.matchAll(
    /"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\n[ \t]*|[{}]/g,
  )) {
    if (token.startsWith('\n')) indent = token.length - 1;
    else if (token === '{') open.push({ offset: index, indent });
    else if (token === '}') {
      const opener = open.pop();
      if (opener && opener.indent > indent) suspect ??= opener.offset;
    }
  }
  return open.length === 0 ? undefined : (suspect ?? open.at(-1)?.offset);
}

function between(file: string, text: Text, from: number, to: number): Place {
  return { file, start: position(text, from), end: position(text, to) };
}

function position(text: Text, offset: number): Position {
  const { line, character } = text.positionAt(offset);
  return { line: line + 1, column: character + 1 };
}
