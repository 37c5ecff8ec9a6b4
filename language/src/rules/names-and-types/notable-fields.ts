import type { Declarations } from '../../model/fragment.ts';
import type { Enum, Field, Model } from '../../model/model.ts';
import { ofEachPart } from '../../model/parts.ts';
import { type FieldList, fieldListsOf } from '../model-parts.ts';
import { hasRepeats } from '../repeats.ts';
import { lettersOf } from './claims.ts';
import { areGrowing, isKept, limits, valueLimits } from './growing-numbers.ts';

/** What of a model's fields the rules have to look at: there are more fields than anything else, and most are of no note. */
export interface NotableFields {
  /** Lists in which two names may be one: they have the same letters and digits. */
  readonly alike: readonly FieldList[];
  /** Lists whose numbers do not simply grow from one field to the next. */
  readonly oddlyNumbered: readonly FieldList[];
  /** The same of the values of enums. */
  readonly oddlyValued: readonly Enum[];
  /** Fields with `where`. */
  readonly constrained: readonly Field[];
  /** Fields that are lists or maps, or of a `oneof`. */
  readonly compound: readonly Field[];
  /** Lists that have a `oneof`. */
  readonly withOneofs: readonly FieldList[];
}

const known = new WeakMap<Model, NotableFields>();

const inParts = ofEachPart(notableIn);

/** Found by one walk over the fields of each file, and gathered once for each model. */
export function notableFields(model: Model): NotableFields {
  let notable = known.get(model);
  if (!notable) {
    const parts = inParts(model);
    notable = {
      alike: parts.flatMap(({ alike }) => alike),
      oddlyNumbered: parts.flatMap(({ oddlyNumbered }) => oddlyNumbered),
      oddlyValued: parts.flatMap(({ oddlyValued }) => oddlyValued),
      constrained: parts.flatMap(({ constrained }) => constrained),
      compound: parts.flatMap(({ compound }) => compound),
      withOneofs: parts.flatMap(({ withOneofs }) => withOneofs),
    };
    known.set(model, notable);
  }
  return notable;
}

function notableIn(part: Declarations): NotableFields {
  const alike: FieldList[] = [];
  const oddlyNumbered: FieldList[] = [];
  const constrained: Field[] = [];
  const compound: Field[] = [];
  const withOneofs: FieldList[] = [];
  for (const list of fieldListsOf(part)) {
    if (areAlike(list)) alike.push(list);
    if (!areGrowing(list.fields, list.reserved, limits, isKept)) oddlyNumbered.push(list);
    if (list.oneofs.length > 0) withOneofs.push(list);
    for (const field of list.fields) {
      if (field.constraints.length > 0) constrained.push(field);
      if (isCompound(field)) compound.push(field);
    }
  }
  const oddlyValued = part.enums.filter(({ values, reserved }) => !areGrowing(values, reserved, valueLimits));
  return { alike, oddlyNumbered, oddlyValued, constrained, compound, withOneofs };
}

function areAlike({ fields, oneofs }: FieldList): boolean {
  const letters = fields.map(({ name }) => lettersOf(name));
  for (const { name } of oneofs) letters.push(lettersOf(name));
  return hasRepeats(letters);
}

const isCompound = ({ type, oneof }: Field): boolean =>
  type.kind === 'list' || type.kind === 'map' || oneof !== undefined;
