import type { LangiumDocument, ParseResult } from 'langium';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Place, Position, Problem } from './model.ts';

/** What the parser could not read in a document. */
export function syntaxProblems(path: string, document: LangiumDocument): Problem[] {
  return problemsIn(path, document.textDocument, document.parseResult);
}

/** What the parser could not read in a text, at the token where it stopped. */
export function syntaxProblemsOf(path: string, text: string, parsed: ParseResult): Problem[] {
  if (parsed.lexerErrors.length + parsed.parserErrors.length === 0) return [];
  return problemsIn(path, TextDocument.create(`weir:/${path}`, 'weir', 0, text), parsed);
}

type Text = Pick<TextDocument, 'getText' | 'positionAt'>;

function problemsIn(path: string, text: Text, { lexerErrors, parserErrors }: ParseResult): Problem[] {
  const problems: Problem[] = lexerErrors.map((error) => ({
    rule: 'syntax',
    message: error.message,
    at: between(path, text, error.offset, error.offset + error.length),
  }));
  for (const error of parserErrors) {
    const offset = error.token.startOffset;
    const atEnd = error.token.image === '';
    const from = atEnd ? text.getText().trimEnd().length : offset;
    const to = atEnd ? from : (error.token.endOffset ?? from) + 1;
    problems.push({ rule: 'syntax', message: error.message, at: between(path, text, from, to) });
  }
  return problems;
}

function between(file: string, text: Text, from: number, to: number): Place {
  return { file, start: position(text, from), end: position(text, to) };
}

function position(text: Text, offset: number): Position {
  const { line, character } = text.positionAt(offset);
  return { line: line + 1, column: character + 1 };
}
