import type { URI } from 'langium';
import type { Thread } from '../drawing/thread.ts';
import type { ReadableFiles } from '../project/file-system.ts';

/** What the language server runs in: a program on a disk, or a worker in a browser, which reads through the editor. */
export interface Host {
  readonly version: string;
  readonly files: ReadableFiles;
  /** The path of a document in `files`; nothing for one that is in no file, as a text that was never saved. */
  pathOf(uri: URI): string | undefined;
  uriOf(path: string): URI;
  /** Where a file of Weir's own package is, the page of a rule: `docs/rules/unused.md`. */
  pageUri(page: string): string;
  readPage(page: string): Promise<string>;
  /** Somebody who lays pictures out. */
  startThread(): Thread;
}
