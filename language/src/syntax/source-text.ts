/** A file of a project: its path relative to the project's root, with `/`, and its text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}
