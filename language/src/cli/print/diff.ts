/** One line of a comparison. */
interface Line {
  readonly kind: 'kept' | 'removed' | 'added';
  readonly text: string;
}

/** Lines around a change that are shown with it. */
const around = 3;
const noEnd = '\\ No newline at end of file';

/**
 * What changes from one text to another, as `diff -u` prints it and `patch` reads it; nothing when they are the same.
 * Lines end as they do in the texts.
 */
export function printDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compareLines(linesOf(before), linesOf(after));
  return `--- ${path}\n+++ ${path}\n${hunksOf(lines).join('')}`;
}

/** With their ends; the last one has none when the text does not end with one. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function hunksOf(lines: readonly Line[]): string[] {
  const changed = lines.flatMap(({ kind }, i) => (kind === 'kept' ? [] : [i]));
  const ranges: { from: number; to: number }[] = [];
  for (const i of changed) {
    const last = ranges.at(-1);
    if (last && i - around <= last.to) last.to = Math.min(lines.length, i + around + 1);
    else ranges.push({ from: Math.max(0, i - around), to: Math.min(lines.length, i + around + 1) });
  }
  let [old, fresh, at] = [0, 0, 0];
  return ranges.map(({ from, to }) => {
    // Between the hunks all lines are kept.
    old += from - at;
    fresh += from - at;
    const shown = lines.slice(from, to);
    const [removed, added] = (['added', 'removed'] as const).map(
      (other) => shown.filter(({ kind }) => kind !== other).length,
    ) as [number, number];
    const head = `@@ -${span(old, removed)} +${span(fresh, added)} @@\n`;
    [old, fresh, at] = [old + removed, fresh + added, to];
    return head + shown.map(shownLine).join('');
  });
}

/** Where a stretch begins, counted from 1, and its length; an empty one is named by the line before it. */
const span = (from: number, length: number): string => `${length === 0 ? from : from + 1},${length}`;

function shownLine({ kind, text }: Line): string {
  const sign = { kept: ' ', removed: '-', added: '+' }[kind];
  return `${sign}${text.endsWith('\n') ? text : `${text}\n${noEnd}\n`}`;
}

/**
 * A shortest list of removed and added lines that leads from one text to the other. E. W. Myers, An O(ND) Difference
 * Algorithm and Its Variations, Algorithmica 1 (1986), the greedy algorithm of section 4.
 */
function compareLines(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const shorter = Math.min(before.length, after.length) - start;
  while (end < shorter && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const kept = (lines: readonly string[]): Line[] => lines.map((text) => ({ kind: 'kept', text }));
  return [
    ...kept(before.slice(0, start)),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...kept(before.slice(before.length - end)),
  ];
}

function shortest(before: readonly string[], after: readonly string[]): Line[] {
  const offset = before.length + after.length + 1;
  const reach = new Int32Array(2 * offset + 1);
  const trace: Int32Array[] = [];
  for (let edits = 0; ; edits++) {
    trace.push(reach.slice(offset - edits - 1, offset + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const left = reach[offset + diagonal - 1] as number;
      const above = reach[offset + diagonal + 1] as number;
      let x = diagonal === -edits || (diagonal !== edits && left < above) ? above : left + 1;
      let y = x - diagonal;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x++;
        y++;
      }
      reach[offset + diagonal] = x;
      if (x >= before.length && y >= after.length) return walkBack(before, after, trace);
    }
  }
}

/** The way that led to the end, from what was known before each edit: `trace[d][i]` is diagonal `i - d - 1`. */
function walkBack(before: readonly string[], after: readonly string[], trace: readonly Int32Array[]): Line[] {
  const lines: Line[] = [];
  let [x, y] = [before.length, after.length];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const known = trace[edits] as Int32Array;
    const diagonal = x - y;
    const at = (one: number): number => known[one + edits + 1] as number;
    const down = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : at(from);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      lines.push({ kind: 'kept', text: before[x] as string });
    }
    if (edits === 0) break;
    if (down) lines.push({ kind: 'added', text: after[--y] as string });
    else lines.push({ kind: 'removed', text: before[--x] as string });
  }
  return lines.reverse();
}
