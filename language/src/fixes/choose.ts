import type { Fix } from '../model/model.ts';
import { comparePlaces, compareTexts } from '../model/place.ts';
import type { Diagnostic } from '../rules/index.ts';

type Edit = Fix['edits'][number];

/** A finding with the fix that is to be made for it. */
export interface Choice {
  readonly finding: Diagnostic;
  readonly fix: Fix;
}

/** The fix that nobody needs to choose: the only one, unless it is for people, or the only one of several that is preferred. */
export function unambiguous<F extends Pick<Fix, 'preferred'>>(fixes: readonly F[]): F | undefined {
  const candidates = fixes.filter(({ preferred = fixes.length === 1 }) => preferred);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/**
 * The unambiguous fixes of findings that can be made together, in the order of the findings. Of two that overlap the
 * later one has to wait; a fix is made whole or not at all.
 */
export function choose(findings: readonly Diagnostic[]): Choice[] {
  const chosen: Choice[] = [];
  const taken = new Taken();
  for (const finding of findings) {
    const fix = unambiguous(finding.fixes);
    if (fix && fix.edits.length > 0 && taken.take(fix.edits)) chosen.push({ finding, fix });
  }
  return chosen;
}

/** The edits of fixes, each once, in the order of the text. */
export function editsOf(fixes: readonly Fix[]): Edit[] {
  const once = new Map(fixes.flatMap(({ edits }) => edits).map((edit) => [keyOf(edit), edit]));
  // What is inserted at one place stays in the order of the fixes: the sort is stable.
  return [...once.values()].sort((a, b) => comparePlaces(a.at, b.at));
}

/** The stretches of text that edits have been given to so far. */
class Taken {
  private readonly keys = new Set<string>();
  private readonly byFile = new Map<string, Edit[]>();

  /** Takes all of them, or none when one of them overlaps with what is taken. The same edit once more is no other edit. */
  take(edits: readonly Edit[]): boolean {
    const others = edits.filter((edit) => !this.keys.has(keyOf(edit)));
    if (others.some((edit, i) => this.overlaps(edit) || others.slice(0, i).some((one) => overlap(one, edit))))
      return false;
    for (const edit of others) {
      this.keys.add(keyOf(edit));
      const list = this.byFile.get(edit.at.file) ?? [];
      this.byFile.set(edit.at.file, list);
      list.splice(firstNotBefore(list, edit), 0, edit);
    }
    return true;
  }

  /** What is taken never overlaps, so only the neighbours can be in the way. */
  private overlaps(edit: Edit): boolean {
    const list = this.byFile.get(edit.at.file) ?? [];
    const i = firstNotBefore(list, edit);
    for (let left = i - 1; left >= 0; left--) {
      const one = list[left] as Edit;
      if (overlap(one, edit)) return true;
      if (comparePlaces(one.at, { ...one.at, end: one.at.start }) !== 0) break;
    }
    for (let right = i; right < list.length; right++) {
      const one = list[right] as Edit;
      if (overlap(one, edit)) return true;
      if (!isBefore(one.at.start, edit.at.end)) break;
    }
    return false;
  }
}

function firstNotBefore(list: readonly Edit[], edit: Edit): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePlaces((list[middle] as Edit).at, edit.at) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Do they share text? An insertion at the edge of another edit does not. */
function overlap({ at: a }: Edit, { at: b }: Edit): boolean {
  return a.file === b.file && isBefore(a.start, b.end) && isBefore(b.start, a.end);
}

function isBefore(a: Edit['at']['start'], b: Edit['at']['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

const keyOf = ({ at, text }: Edit): string =>
  `${at.file}\n${at.start.line}:${at.start.column}-${at.end.line}:${at.end.column}\n${text}`;

/** The files that a fix changes. */
export const filesOf = ({ edits }: Fix): string[] => [...new Set(edits.map(({ at }) => at.file))].sort(compareTexts);
