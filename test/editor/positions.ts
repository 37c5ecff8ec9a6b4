import type { Position, Range, TextEdit } from 'vscode-languageserver-protocol/node';

/** Where each line begins, in UTF-16 units. */
function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
}

/** As the protocol counts; an offset within `\r\n` is before it. */
export function positionAt(text: string, offset: number): Position {
  const within = text[offset - 1] === '\r' && text[offset] === '\n' ? offset - 1 : offset;
  const starts = lineStarts(text);
  const line = starts.findLastIndex((start) => start <= within);
  return { line, character: within - (starts[line] ?? 0) };
}

/** Nothing where the text has no such place. */
export function textIn(text: string, range: Range | undefined): string | undefined {
  const starts = lineStarts(text);
  const offset = ({ line, character }: Position): number => (starts[line] ?? Number.NaN) + character;
  return range && text.slice(offset(range.start), offset(range.end));
}

/** The text after edits that do not overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  const offset = ({ line, character }: Position): number => (starts[line] ?? text.length) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (all, { range, newText }) => all.slice(0, offset(range.start)) + newText + all.slice(offset(range.end)),
      text,
    );
}
