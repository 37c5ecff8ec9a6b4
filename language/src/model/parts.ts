import type { Declarations } from './fragment.ts';
import type { Model } from './model.ts';

/** What a model's files declare, file by file, as the linker has put it together. */
const partsOfModel = new WeakMap<Model, readonly Declarations[]>();

/** Notes which parts a model has been made of, so that `partsOf` knows them. */
export function madeOf<M extends Model>(model: M, parts: readonly Declarations[]): M {
  partsOfModel.set(model, parts);
  return model;
}

/**
 * The files of a model, by what they declare. A part is the same object as in the model before an edit as long as nothing
 * in it means something else; a model that did not come from the linker is one part.
 */
export function partsOf(model: Model): readonly Declarations[] {
  return partsOfModel.get(model) ?? [model];
}

/** Works out something of each part of a model, once for each part: after an edit only of those that have changed. */
export function ofEachPart<T>(work: (part: Declarations) => T): (model: Model) => readonly T[] {
  const known = new WeakMap<Declarations, { readonly is: T }>();
  return (model) =>
    partsOf(model).map((part) => {
      let found = known.get(part);
      if (!found) {
        found = { is: work(part) };
        known.set(part, found);
      }
      return found.is;
    });
}

/** The same where each part has a list, most often an empty one: all of them in one. */
export function listedInParts<T>(work: (part: Declarations) => readonly T[]): (model: Model) => readonly T[] {
  const each = ofEachPart(work);
  return (model) => each(model).flat();
}
