import type { Fix, Position } from '../model/model.ts';
import { editsOf } from './choose.ts';

/** A source as the fixes see it. */
export interface Text {
  readonly path: string;
  readonly text: string;
}

/** A stretch of a text, in UTF-16 units, and what is to stand there. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The texts with fixes made that do not overlap. Line ends stay as the text has them; texts that no fix changes are the same objects. */
export function applyFixes<T extends Text>(texts: readonly T[], fixes: readonly Fix[]): readonly T[] {
  const byFile = Map.groupBy(editsOf(fixes), ({ at }) => at.file);
  return texts.map((source) => {
    const edits = byFile.get(source.path);
    return edits ? { ...source, text: replaced(source.text, replacementsIn(source.text, edits)) } : source;
  });
}

/** What edits of one text replace in it, in its order, none overlapping. The edits come as `editsOf` gives them. */
export function replacementsIn(text: string, edits: Fix['edits']): readonly Replacement[] {
  const offset = offsetsIn(text);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  let last = 0;
  return edits.map(({ at, text: put }) => {
    const one = tidied(text, { start: offset(at.start), end: offset(at.end), text: put.replaceAll('\n', lineEnd) });
    // Tidying may have made two neighbours meet.
    const start = Math.max(last, one.start);
    last = Math.max(start, one.end);
    return { start, end: last, text: one.text };
  });
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  const pieces: string[] = [];
  let end = 0;
  for (const one of replacements) {
    pieces.push(text.slice(end, one.start), one.text);
    end = one.end;
  }
  return pieces.join('') + text.slice(end);
}

/** What is taken out leaves no blank line and no gap behind; what is put below a line does not part it from its comment. */
function tidied(text: string, { start, end, text: put }: Replacement): Replacement {
  if (start === end && /^[\r\n]/.test(put)) {
    const stop = lineStop(text, end);
    return /^[ \t]*\/\//.test(text.slice(end, stop))
      ? { start: stop, end: stop, text: put }
      : { start, end, text: put };
  }
  if (put !== '' || start === end) return { start, end, text: put };
  const blankBefore = start - (/[ \t]*$/.exec(text.slice(lineStart(text, start), start))?.[0].length ?? 0);
  const blankBehind = end + (/^[ \t]*/.exec(text.slice(end, lineStop(text, end)))?.[0].length ?? 0);
  const begins = blankBefore === lineStart(text, start);
  const ends = blankBehind === lineStop(text, end);
  if (begins && ends) {
    return withBlankLine(text, blankBefore, blankBehind + lineBreakAt(text, blankBehind));
  }
  if (ends) return { start: blankBefore, end, text: '' };
  return { start, end: begins || blankBefore < start ? blankBehind : end, text: '' };
}

/** Whole lines, with one of two blank lines that would meet, or one that would stand at an end of a block or of the text. */
function withBlankLine(text: string, start: number, end: number): Replacement {
  const aboveStop = start === 0 ? 0 : start - (text.slice(start - 2, start) === '\r\n' ? 2 : 1);
  const aboveStart = lineStart(text, aboveStop);
  const above = start === 0 ? undefined : text.slice(aboveStart, aboveStop).trim();
  const belowStop = lineStop(text, end);
  const below = end === text.length ? undefined : text.slice(end, belowStop).trim();
  if (below === '' && (above === undefined || above === '' || /[{[(]$/.test(above)))
    return { start, end: belowStop + lineBreakAt(text, belowStop), text: '' };
  if (above === '' && (below === undefined || /^[}\])]/.test(below))) return { start: aboveStart, end, text: '' };
  return { start, end, text: '' };
}

/** How long the line break at an offset is. */
function lineBreakAt(text: string, offset: number): number {
  return /^(\r\n|\r|\n)/.exec(text.slice(offset, offset + 2))?.[0].length ?? 0;
}

function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at--;
  return at;
}

function lineStop(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

/** Where a position is in a text, in UTF-16 units; a place behind the end is the end. */
function offsetsIn(text: string): (position: Position) => number {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
  return ({ line, column }) => Math.min(text.length, (starts[line - 1] ?? text.length) + column - 1);
}
