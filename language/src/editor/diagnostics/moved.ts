import type { Range } from 'vscode-languageserver-types';

/**
 * Where a range of one text is in another that an edit has made of it: what stands on lines before and behind the edit
 * has stayed or moved with its line. Nothing where the edit touched its lines.
 */
export function movedBy(before: string, after: string): (range: Range) => Range | undefined {
  const old = before.split('\n');
  const now = after.split('\n');
  const shorter = Math.min(old.length, now.length);
  let above = 0;
  while (above < shorter && old[above] === now[above]) above++;
  let below = 0;
  while (below < shorter - above && old[old.length - 1 - below] === now[now.length - 1 - below]) below++;
  const firstBelow = old.length - below;
  const lines = now.length - old.length;
  return (range) => {
    const { start, end } = range;
    if (end.line < above) return range;
    if (start.line < firstBelow) return undefined;
    return {
      start: { line: start.line + lines, character: start.character },
      end: { line: end.line + lines, character: end.character },
    };
  };
}
