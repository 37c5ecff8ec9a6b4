import type { Place } from '../../model/model.ts';
import { type Cell, cellsOf } from './display.ts';

/** A line of a source with the range that is meant, in columns of the terminal. */
export interface Excerpt {
  readonly text: string;
  /** Columns before the range. */
  readonly before: number;
  /** Columns of the range on this line, at least 1. */
  readonly length: number;
  /** Does the range go on below this line? */
  readonly goesOn: boolean;
}

const ellipsis = '…';

/**
 * The first line of a place, cut around the place where it is wider than `width`.
 *
 * @param line the text of the line, without its end
 */
export function excerptOf(line: string, { start, end }: Place, width: number): Excerpt {
  const goesOn = end.line > start.line;
  const from = Math.min(start.column - 1, line.length);
  const to = goesOn ? line.trimEnd().length : Math.min(end.column - 1, line.length);
  const { text, offset } = window(line, from, width);
  const cells = cellsOf(text).map((cell) => ({ ...cell, offset: cell.offset + offset }));
  const shown = cut(cells, from, to, width, offset > 0, offset + text.length < line.length);
  return { ...shown, goesOn };
}

/** So much of a line as could be shown: a line of megabytes is not measured whole. */
function window(line: string, from: number, width: number): { readonly text: string; readonly offset: number } {
  const reach = 4 * width;
  if (line.length <= 4 * reach) return { text: line, offset: 0 };
  const offset = Math.max(0, from - reach);
  return { text: line.slice(offset, from + reach), offset };
}

function cut(
  cells: readonly Cell[],
  from: number,
  to: number,
  width: number,
  moreBefore: boolean,
  moreBehind: boolean,
): Pick<Excerpt, 'text' | 'before' | 'length'> {
  const measured = place(cells);
  const total = measured.at(-1)?.end ?? 0;
  const left =
    measured.find(({ cell }) => cell.offset + cell.text.length > from && cell.offset >= from)?.start ?? total;
  const right = Math.max(left + 1, measured.findLast(({ cell }) => cell.offset < to)?.end ?? 0);
  if (total <= width && !moreBefore && !moreBehind) {
    return { text: textOf(cells).trimEnd(), before: left, length: right - left };
  }
  // A third of the room before the range tells where it stands; the rest is for the range and what follows.
  const room = width - 2;
  const first =
    right <= room && !moreBefore ? 0 : Math.max(0, Math.min(left - Math.floor(room / 3), Math.max(0, total - room)));
  const kept = measured.filter(({ start, end }) => start >= first && end <= first + room);
  const cutBefore = moreBefore || first > 0;
  const cutBehind = moreBehind || (kept.at(-1)?.end ?? 0) < total;
  const shift = (cutBefore ? 1 : 0) - (kept[0]?.start ?? 0);
  const text = textOf(kept.map(({ cell }) => cell));
  const shownRight = Math.min(right, Math.max(left + 1, kept.at(-1)?.end ?? 0));
  return {
    text: `${cutBefore ? ellipsis : ''}${text}${cutBehind ? ellipsis : ''}`.trimEnd(),
    before: left + shift,
    length: shownRight - left,
  };
}

function place(cells: readonly Cell[]): { readonly cell: Cell; readonly start: number; readonly end: number }[] {
  let column = 0;
  return cells.map((cell) => {
    const start = column;
    column += cell.width;
    return { cell, start, end: column };
  });
}

const textOf = (cells: readonly Cell[]): string => cells.map(({ text }) => text).join('');
