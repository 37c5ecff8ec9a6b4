import { setImmediate as turn } from 'node:timers/promises';
import type { Fragment } from '../model/fragment.ts';
import { type Linker, link } from '../model/link.ts';
import type { Model } from '../model/model.ts';
import { readFragment } from './read-fragment.ts';
import type { SourceText } from './source-text.ts';

export type { SourceText } from './source-text.ts';

/** What each file said when it was last read, by its path. */
export type KnownFiles = Map<string, { readonly text: string; readonly fragment: Fragment }>;

/**
 * The model of a project's texts. Bad text never throws: the model is partial and says what was wrong in `problems`.
 *
 * @param known for who reads a project again and again: files in it whose text is as it was are not parsed again, and
 *   afterwards it holds these files
 * @param linker for the same: what means the same as before is the same object as before
 */
export async function readModel(
  sources: readonly SourceText[],
  known?: KnownFiles,
  linker: Pick<Linker, 'link'> = { link },
): Promise<Model> {
  if (!known) return linker.link(await readFragments(sources));
  const changed = sources.filter(({ path, text }) => known.get(path)?.text !== text);
  const fragments = await readFragments(changed);
  for (const [index, { path, text }] of changed.entries()) {
    known.set(path, { text, fragment: fragments[index] as Fragment });
  }
  const paths = new Set(sources.map(({ path }) => path));
  for (const path of known.keys()) if (!paths.has(path)) known.delete(path);
  return linker.link([...known.values()].map(({ fragment }) => fragment));
}

/** After so many files whoever waits has a turn: a signal, say. */
const atOnce = 50;

async function readFragments(sources: readonly SourceText[]): Promise<Fragment[]> {
  const fragments: Fragment[] = [];
  for (const source of sources) {
    fragments.push(readFragment(source));
    if (fragments.length % atOnce === 0) await turn();
  }
  return fragments;
}
