import type { Place } from '../../model/model.ts';
import { comparePlaces, compareTexts } from '../../model/place.ts';
import { hasRepeats } from '../repeats.ts';
import type { Finding } from '../rule.ts';

type Tell = (finding: Finding<'name-collision'>) => void;

/** A name that a declaration takes in some target. */
export interface Claim {
  /** What the declaration's name becomes there. */
  readonly becomes: string;
  /** Names that are one to the target have one key; `becomes`, unless it looks at less. */
  readonly key?: string;
  /** In words: ``the field `userId` ``. */
  readonly label: string;
  /** Two claims of one identity are a `duplicate-name`, or one thing twice. */
  readonly identity: string;
  readonly at: Place;
}

/** Of those that claim one name, each but the first is reported. */
export function reportClaims(claims: readonly Claim[], where: string, report: Tell): void {
  const firsts = new Map<string, Claim>();
  for (const later of [...claims].sort((a, b) => comparePlaces(a.at, b.at) || compareTexts(a.label, b.label))) {
    const key = later.key ?? later.becomes;
    const first = firsts.get(key);
    if (!first) firsts.set(key, later);
    else if (first.identity !== later.identity) {
      report({
        at: later.at,
        values: { one: later.label, other: first.label, becomes: later.becomes, where },
        related: [{ message: `${first.label} stands here`, at: first.at }],
      });
    }
  }
}

/**
 * The same for declarations whose names become something. Whatever that is, it is made of their letters and digits: where
 * those all differ, as nearly always, nothing else is worked out.
 */
export function clash<T extends { readonly name: string }>(
  all: readonly T[],
  claimOf: (one: T) => Claim,
  where: () => string,
  report: Tell,
): void {
  if (all.length < 2 || !hasRepeats(all.map(({ name }) => lettersOf(name)))) return;
  reportClaims(all.map(claimOf), where(), report);
}

/** What is left of a name however it is written. */
export const lettersOf = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '').toLowerCase();

/** What a declaration claims, in words by what it is and its name. */
export function claim(what: string, name: string, becomes: string, at: Place, key = becomes, id = name): Claim {
  return { becomes, key, label: `the ${what} \`${name}\``, identity: `${what} ${id}`, at };
}
