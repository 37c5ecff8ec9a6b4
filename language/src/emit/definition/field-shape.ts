import type { ScalarName } from '@weir/runtime';
import { indexOf } from '../../model/index-of.ts';
import type { Constraint, Model, TypeExpression } from '../../model/model.ts';

/** A field's type with aliases resolved, and what holds for the whole value and for each element of a list or map. */
export interface FieldShape {
  /** A scalar, or the full name of a message, error, event or enum. */
  readonly type: string;
  readonly many?: 'list' | { readonly map: ScalarName };
  readonly whole: readonly Constraint[];
  readonly each: readonly Constraint[];
}

/** What a reference that means nothing, or only itself, becomes: a value that nobody looks into. */
const unknown: FieldShape = { type: 'json', whole: [], each: [] };

/**
 * Resolves a type and the constraints written beside it. Constraints of aliases are added to those of the field; on a list
 * or map, `length` concerns the whole and everything else its elements.
 */
export function fieldShape(model: Model, type: TypeExpression, constraints: readonly Constraint[] = []): FieldShape {
  return constrain(resolve(model, type, new Set()), constraints);
}

function resolve(model: Model, type: TypeExpression, within: ReadonlySet<string>): FieldShape {
  switch (type.kind) {
    case 'scalar':
      return { type: type.scalar, whole: [], each: [] };
    case 'named': {
      const id = type.ref.id;
      if (id === undefined || type.of === undefined) return unknown;
      if (type.of !== 'alias') return { type: id, whole: [], each: [] };
      const alias = indexOf(model).aliases.get(id);
      if (!alias || within.has(id)) return unknown;
      return constrain(resolve(model, alias.type, new Set([...within, id])), alias.constraints);
    }
    case 'list':
      return manyOf(resolve(model, type.element, within), 'list');
    case 'map':
      return manyOf(resolve(model, type.value, within), { map: resolve(model, type.key, within).type as ScalarName });
  }
}

/** A list of lists cannot be said in protobuf and is refused by the checker; here the innermost element counts. */
function manyOf(element: FieldShape, many: NonNullable<FieldShape['many']>): FieldShape {
  return { type: element.type, many, whole: [], each: element.many === undefined ? element.whole : element.each };
}

function constrain(shape: FieldShape, constraints: readonly Constraint[]): FieldShape {
  if (shape.many === undefined) return { ...shape, whole: [...shape.whole, ...constraints] };
  const ofWhole = (constraint: Constraint): boolean => constraint.kind === 'length';
  return {
    ...shape,
    whole: [...shape.whole, ...constraints.filter(ofWhole)],
    each: [...shape.each, ...constraints.filter((constraint) => !ofWhole(constraint))],
  };
}

/** The full name of the message, error or event that a type stands for; undefined when it is none. */
export function messageOf(model: Model, type: TypeExpression): string | undefined {
  const shape = fieldShape(model, type);
  const { messages, errors, events } = indexOf(model);
  const isMessage = messages.has(shape.type) || errors.has(shape.type) || events.has(shape.type);
  return shape.many === undefined && isMessage ? shape.type : undefined;
}
