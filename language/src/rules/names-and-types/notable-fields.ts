import type { Field, Model } from '../../model/model.ts';
import { type FieldList, fieldListsOf } from '../model-parts.ts';
import { hasRepeats } from '../repeats.ts';
import { lettersOf } from './claims.ts';
import { areGrowing, isKept, limits } from './growing-numbers.ts';

/** What of a model's fields the rules have to look at: there are more fields than anything else, and most are of no note. */
export interface NotableFields {
  /** Lists in which two names may be one: they have the same letters and digits. */
  readonly alike: readonly FieldList[];
  /** Lists whose numbers do not simply grow from one field to the next. */
  readonly oddlyNumbered: readonly FieldList[];
  /** Fields with `where`. */
  readonly constrained: readonly Field[];
  /** Fields that are lists or maps, or of a `oneof`. */
  readonly compound: readonly Field[];
}

const known = new WeakMap<Model, NotableFields>();

/** Found by one walk over all fields, made once for each model. */
export function notableFields(model: Model): NotableFields {
  let notable = known.get(model);
  if (!notable) {
    notable = build(model);
    known.set(model, notable);
  }
  return notable;
}

function build(model: Model): NotableFields {
  const alike: FieldList[] = [];
  const oddlyNumbered: FieldList[] = [];
  const constrained: Field[] = [];
  const compound: Field[] = [];
  for (const list of fieldListsOf(model)) {
    if (areAlike(list)) alike.push(list);
    if (!areGrowing(list.fields, list.reserved, limits, isKept)) oddlyNumbered.push(list);
    for (const field of list.fields) {
      if (field.constraints.length > 0) constrained.push(field);
      if (isCompound(field)) compound.push(field);
    }
  }
  return { alike, oddlyNumbered, constrained, compound };
}

function areAlike({ fields, oneofs }: FieldList): boolean {
  const letters = fields.map(({ name }) => lettersOf(name));
  for (const { name } of oneofs) letters.push(lettersOf(name));
  return hasRepeats(letters);
}

const isCompound = ({ type, oneof }: Field): boolean =>
  type.kind === 'list' || type.kind === 'map' || oneof !== undefined;
