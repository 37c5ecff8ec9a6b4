/** What reading found wrong, and its mends. */

import type { Place } from './places.ts';

/** What reading the text has found wrong, before any rule: syntax, names and units. */
export interface Problem {
  readonly rule: 'syntax' | 'unresolved-reference' | 'ambiguous-import' | 'unit';
  readonly message: string;
  readonly hint?: string;
  readonly at: Place;
  readonly related?: readonly { readonly message: string; readonly at: Place }[];
  readonly fixes?: readonly Fix[];
}

/** A mend: replace each place by the text. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly at: Place; readonly text: string }[];
  /**
   * Of several fixes of one finding, the one to make when nobody is there to choose. `false` where that is for people even
   * of the only one: what is taken out may be about to be used.
   */
  readonly preferred?: boolean;
}
