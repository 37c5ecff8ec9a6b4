import type { LangiumDocument } from 'langium';
import type { Place, Position, Problem } from './model.ts';

/** What the parser could not read, at the token where it stopped. */
export function syntaxProblems(path: string, document: LangiumDocument): Problem[] {
  const { lexerErrors, parserErrors } = document.parseResult;
  const problems: Problem[] = lexerErrors.map((error) => ({
    rule: 'syntax',
    message: error.message,
    at: between(path, document, error.offset, error.offset + error.length),
  }));
  const text = document.textDocument.getText();
  for (const error of parserErrors) {
    const offset = error.token.startOffset;
    const atEnd = Number.isNaN(offset);
    const from = atEnd ? text.trimEnd().length : offset;
    const to = atEnd ? from : (error.token.endOffset ?? from) + 1;
    problems.push({ rule: 'syntax', message: error.message, at: between(path, document, from, to) });
  }
  return problems;
}

function between(file: string, document: LangiumDocument, from: number, to: number): Place {
  return { file, start: position(document, from), end: position(document, to) };
}

function position(document: LangiumDocument, offset: number): Position {
  const { line, character } = document.textDocument.positionAt(offset);
  return { line: line + 1, column: character + 1 };
}
