import type { Output, Outputs } from '../../emit/emitter.ts';
import type { Place, Position } from '../../model/model.ts';
import { type Found, findIn } from './reveal.ts';

/** Something declared: where it begins in its source, and its names from the declaration inwards. */
export interface Thing {
  readonly file: string;
  readonly at: Position;
  readonly names: readonly string[];
}

/** A generated file that comes from a thing. */
interface FileOf {
  readonly path: string;
  readonly found: Found;
}

const modes: Readonly<Record<Output['mode'], number>> = { owned: 0, merged: 1, once: 2 };

/**
 * The files that come from a thing, by the places that their emitter gives: first those from the smallest declaration
 * around it, of these where it is declared, of these what Weir rewrites by each build.
 */
export function filesOf(outputs: Outputs, thing: Thing): readonly FileOf[] {
  return [...outputs]
    .flatMap(([path, output]) => {
      const lines = Math.min(...output.sources.filter((place) => covers(place, thing)).map(linesOf));
      if (!Number.isFinite(lines)) return [];
      const found = findIn(output.text, thing.names);
      return [{ path, found, key: [lines, found.rank, modes[output.mode], output.sources.length] }];
    })
    .sort((a, b) => compare(a.key, b.key));
}

function covers({ file, start, end }: Place, thing: Thing): boolean {
  return file === thing.file && !isBefore(thing.at, start) && isBefore(thing.at, end);
}

const isBefore = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.column < b.column);

/** Of two that begin and end on one line the columns tell. */
const linesOf = ({ start, end }: Place): number =>
  (end.line - start.line) * 10_000 + (end.line === start.line ? end.column - start.column : 9_999);

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
