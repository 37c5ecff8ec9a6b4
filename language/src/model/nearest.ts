import type { Place, Problem } from './model.ts';

/** The candidates nearest to a name, best first: within a third of its length in edits, at most `most`. */
export function nearest(name: string, candidates: Iterable<string>, most = 3): string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  const scored: { readonly candidate: string; readonly distance: number }[] = [];
  const wanted = name.toLowerCase();
  for (const candidate of new Set(candidates)) {
    if (candidate === name || Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= limit) scored.push({ candidate, distance });
  }
  return scored
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

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

/** Letters added, left out, replaced, or two neighbours swapped (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (beforeLast[j - 2] as number) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(replaced, swapped, (last[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] as number;
}
