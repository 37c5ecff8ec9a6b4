/** What is proposed for a keyword of the grammar, and what it means. */
export interface Word {
  /**
   * Text with «holes» to fill in, each with what stands there at first; an empty one is where the cursor ends. A hole
   * `@Kind` is filled with the first name of that kind that may stand there,
   * `@number` with the next free number; where there is none the keyword is not proposed.
   */
  readonly template: string;
  readonly docs: string;
}

/** By rule of the grammar and keyword: `TimeoutPart:timeout`. */
export type Words = Readonly<Record<string, Word>>;

export const word = (template: string, docs: string): Word => ({ template, docs });
