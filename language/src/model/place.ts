import type { Place, Position } from './model.ts';

/** The order of files (by code units), lines and columns. */
export function comparePlaces(a: Place, b: Place): number {
  return compareTexts(a.file, b.file) || comparePositions(a.start, b.start) || comparePositions(a.end, b.end);
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/** Does a place begin within another? */
export function within(inner: Place, outer: Place): boolean {
  return (
    inner.file === outer.file &&
    comparePositions(outer.start, inner.start) <= 0 &&
    comparePositions(inner.start, outer.end) <= 0
  );
}

/** The smallest place of one file that covers all of these. */
export function covering(first: Place, ...others: readonly (Place | undefined)[]): Place {
  let { start, end } = first;
  for (const other of others) {
    if (!other || other.file !== first.file) continue;
    if (comparePositions(other.start, start) < 0) start = other.start;
    if (comparePositions(other.end, end) > 0) end = other.end;
  }
  return { file: first.file, start, end };
}

/** The empty place before a place: where an edit inserts. */
export const before = (place: Place): Place => ({ ...place, end: place.start });

/** The empty place behind a place. */
export const behind = (place: Place): Place => ({ ...place, start: place.end });

/** A stretch of a place that holds exactly `text` on one line; the whole place where it does not. */
export function stretch(place: Place, text: string, from: number, to: number): Place {
  const { line, column } = place.start;
  if (place.end.line !== line || place.end.column - column !== text.length) return place;
  return { file: place.file, start: { line, column: column + from }, end: { line, column: column + to } };
}
