import type { Place, Problem } from './model.ts';

/** The candidates nearest to a name, best first: within a third of its length in edits, at most `most`. */
export function nearest(name: string, candidates: Iterable<string>, most = 3): string[] {
  let limit = Math.max(1, Math.floor(name.length / 3));
  let scored: Scored[] = [];
  const wanted = name.toLowerCase();
  for (const candidate of new Set(candidates)) {
    if (candidate === name || Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    if (distance > limit) continue;
    scored.push({ candidate, distance });
    // In a large project many are near: from time to time only the best are kept, and then others have to be as near.
    if (scored.length < 4 * most) continue;
    scored = scored.sort(byDistance).slice(0, most);
    limit = scored.at(-1)?.distance ?? limit;
  }
  return scored
    .sort(byDistance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

interface Scored {
  readonly candidate: string;
  readonly distance: number;
}

const byDistance = (a: Scored, b: Scored): number => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1);

/** "did you mean `x`?", or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  return asQuestion(nearest(name, candidates));
}

const asQuestion = (near: readonly string[]): string | undefined =>
  near.length === 0 ? undefined : `Did you mean ${listed(near, 'or')}?`;

/** What would mend a name that means nothing. */
export type Mend = Pick<Problem, 'hint' | 'fixes'>;

/**
 * The near names as a hint and, where there is but one, a fix that writes it. It is a guess: who wrote the name decides.
 *
 * @param edits what has to be written for the only one; nothing where that would not do
 */
export function mendName(
  name: string,
  candidates: Iterable<string>,
  at: Place,
  edits = (near: string): readonly { readonly at: Place; readonly text: string }[] => [{ at, text: near }],
): Mend {
  const near = nearest(name, candidates);
  const [only] = near;
  const hint = asQuestion(near);
  const written = only === undefined || near.length > 1 ? [] : edits(only);
  return {
    ...(hint === undefined ? {} : { hint }),
    ...(written.length === 0 ? {} : { fixes: [{ title: `Write \`${only}\``, edits: written, preferred: false }] }),
  };
}

/** `` `a`, `b` or `c` ``. */
export function listed(words: readonly string[], last: 'or' | 'and'): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${last} ${quoted.at(-1)}`;
}

/**
 * Letters added, left out, replaced, or two neighbours swapped (optimal string alignment). Of a distance above the limit
 * it is only certain that it is above.
 */
function editDistance(a: string, b: string, limit: number): number {
  let start = 0;
  while (start < a.length && start < b.length && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  const width = endB - start;
  let beforeLast: number[] = [];
  let last = Array.from({ length: width + 1 }, (_, i) => i);
  let least = 0;
  for (let i = 1; i <= endA - start; i++) {
    const letter = a.charCodeAt(start + i - 1);
    const current = [i];
    const leastBefore = least;
    least = i;
    for (let j = 1; j <= width; j++) {
      const other = b.charCodeAt(start + j - 1);
      let distance = (last[j - 1] as number) + (letter === other ? 0 : 1);
      const isSwap = i > 1 && j > 1 && letter === b.charCodeAt(start + j - 2) && a.charCodeAt(start + i - 2) === other;
      if (isSwap) distance = Math.min(distance, (beforeLast[j - 2] as number) + 1);
      distance = Math.min(distance, (last[j] as number) + 1, (current[j - 1] as number) + 1);
      current.push(distance);
      least = Math.min(least, distance);
    }
    // Every further row builds on one of the last two.
    if (least > limit && leastBefore >= limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return last[width] as number;
}
