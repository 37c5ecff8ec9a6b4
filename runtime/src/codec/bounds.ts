/** Bounds on what is said of a faulty value: its sender chooses how many faults it has, and how long its keys are. */

import type { Violation } from '../errors.ts';

/** Violations in one answer at most. */
export const MOST_VIOLATIONS = 100;

/** Characters of a sender's own key in the path of a violation at most. */
const MOST_OF_KEY = 64;

export type Report = (violation: Violation) => void;

/** Ends a look at a value that has more violations than anybody wants to read. */
class Enough extends Error {}

/** Collects violations. The first one beyond `MOST_VIOLATIONS` is kept as a sign, and ends the look. */
export function reportTo(violations: Violation[]): Report {
  return (violation) => {
    violations.push(violation);
    if (violations.length > MOST_VIOLATIONS) throw new Enough();
  };
}

/** What the look gives; undefined when there were too many violations to end it. */
export function untilEnough<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Enough) return undefined;
    throw error;
  }
}

/** A key as a path shows it. */
export function shortened(key: string): string {
  return key.length <= MOST_OF_KEY ? key : `${key.slice(0, MOST_OF_KEY).toWellFormed()}…`;
}
