import { indexOf } from '../model/index-of.ts';
import type { Alias, Constraint, Model, TypeExpression } from '../model/model.ts';

/** A type with its aliases followed, and the constraints that they bring, nearest first. */
export interface ResolvedType {
  /** Never a reference to an alias, unless aliases lead in a circle or to nothing. */
  readonly type: TypeExpression;
  readonly inherited: readonly { readonly constraint: Constraint; readonly alias: Alias }[];
}

export function resolveType(model: Model, written: TypeExpression): ResolvedType {
  if (!isAlias(written)) return { type: written, inherited: [] };
  const { aliases } = indexOf(model);
  const seen = new Set<string>();
  const inherited: ResolvedType['inherited'][number][] = [];
  let type: TypeExpression = written;
  while (isAlias(type) && type.ref.id !== undefined && !seen.has(type.ref.id)) {
    seen.add(type.ref.id);
    const alias = aliases.get(type.ref.id);
    if (!alias) break;
    inherited.push(...alias.constraints.map((constraint) => ({ constraint, alias })));
    type = alias.type;
  }
  return { type, inherited };
}

const isAlias = (type: TypeExpression): type is Extract<TypeExpression, { readonly kind: 'named' }> =>
  type.kind === 'named' && type.of === 'alias';

/** The type alone: as written, unless that is an alias. */
export const followAliases = (model: Model, written: TypeExpression): TypeExpression =>
  isAlias(written) ? resolveType(model, written).type : written;

/** Does the type, aliases followed, hold one value that a text can carry: a scalar or an enum? Unknown types may. */
export function isPlain(model: Model, written: TypeExpression): boolean {
  const type = followAliases(model, written);
  return (
    type.kind === 'scalar' ||
    (type.kind === 'named' && (type.of === 'enum' || type.of === undefined || type.of === 'alias'))
  );
}

/** In words, for messages: `a message`, `a list of messages`, `a map`, `an int32`. */
export function inWords(model: Model, written: TypeExpression): string {
  const type = followAliases(model, written);
  switch (type.kind) {
    case 'scalar':
      return `${/^[aei]/.test(type.scalar) ? 'an' : 'a'} ${type.scalar}`;
    case 'map':
      return 'a map';
    case 'list':
      return isPlain(model, type.element) ? 'a list' : 'a list of messages';
    case 'named':
      return type.of === 'enum' ? `an enum (\`${type.ref.name}\`)` : `a message (\`${type.ref.name}\`)`;
  }
}
