import type { TypeExpression } from './model.ts';

/** The full names of the declarations that a type is made of; names that mean nothing are left out. */
export function namedTypes(type: TypeExpression): readonly string[] {
  switch (type.kind) {
    case 'scalar':
      return [];
    case 'named':
      return type.ref.id === undefined ? [] : [type.ref.id];
    case 'list':
      return namedTypes(type.element);
    case 'map':
      return [...namedTypes(type.key), ...namedTypes(type.value)];
  }
}
