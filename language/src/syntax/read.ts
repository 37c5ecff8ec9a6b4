import { link } from '../model/link.ts';
import type { Model } from '../model/model.ts';
import type { SourceText } from './read-fragment.ts';
import { readFragments } from './side-by-side.ts';

export type { SourceText } from './read-fragment.ts';

/** The model of a project's texts. Bad text never throws: the model is partial and says what was wrong in `problems`. */
export async function readModel(sources: readonly SourceText[]): Promise<Model> {
  return link(await readFragments(sources));
}
