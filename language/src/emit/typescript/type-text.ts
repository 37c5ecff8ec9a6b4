import type { Model, ScalarName, TypeExpression } from '../../model/model.ts';
import { messageOf } from '../definition/field-shape.ts';
import type { Scope } from './scope.ts';
import { lineWidth } from './source-text.ts';
import type { TypeNames } from './type-names.ts';

/** Where types are written: the file's names, and how it imports those of a package. */
export interface TypeContext {
  readonly model: Model;
  readonly names: TypeNames;
  readonly scope: Scope;
  /** The folder of the types' modules as this file sees it: `./types/`; `here` is the module that the file is itself. */
  readonly folder: string;
  readonly here?: string;
}

/** A type in the form that handlers see. */
export function typeText(context: TypeContext, type: TypeExpression): string {
  switch (type.kind) {
    case 'scalar':
      return scalarText(context.scope, type.scalar);
    case 'named':
      return type.ref.id === undefined ? 'unknown' : namedText(context, type.ref.id);
    case 'list': {
      const element = typeText(context, type.element);
      return `readonly ${element.includes(' ') ? `(${element})` : element}[]`;
    }
    case 'map': {
      const { scope } = context;
      return `${scope.global('Readonly')}<${scope.global('Record')}<string, ${typeText(context, type.value)}>>`;
    }
  }
}

/** A message by its full name, or `void` where there is none. */
export const messageText = (context: TypeContext, id: string | undefined): string =>
  id === undefined ? 'void' : namedText(context, id);

/** A message that an operation takes or gives: an alias keeps its name. */
export function resultText(context: TypeContext, type: TypeExpression | undefined): string {
  return type && messageOf(context.model, type) !== undefined ? typeText(context, type) : 'void';
}

function namedText({ names, scope, folder, here }: TypeContext, id: string): string {
  const found = names.of.get(id);
  if (!found) return 'unknown';
  if (found.module === here) return found.name;
  return scope.use(`${folder}${found.module}`, found.name, { prefix: prefixOf(found.module) });
}

/** `shop.orders.ts` gives `Orders`: what stands before a name that two packages have. */
function prefixOf(module: string): string {
  const last = module.replace(/\.ts$/, '').split('.').at(-1)!;
  const words = last.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

export function scalarText(scope: Scope, scalar: ScalarName): string {
  switch (scalar) {
    case 'bool':
      return 'boolean';
    case 'int32':
    case 'uint32':
    case 'float':
    case 'double':
    case 'duration':
      return 'number';
    case 'int64':
    case 'uint64':
      return 'bigint';
    case 'string':
    case 'uuid':
    case 'decimal':
      return 'string';
    case 'bytes':
      return scope.global('Uint8Array');
    case 'timestamp':
      return scope.global('Date');
    case 'json':
      return 'unknown';
  }
}

/** `before Name<A, B>after`, the arguments each on a line where one line does not hold them. */
export function genericText(before: string, name: string, args: readonly string[], after: string, indent = ''): string {
  const flat = `${indent}${before}${name}<${args.join(', ')}>${after}`;
  if (flat.length <= lineWidth || args.length < 2) return flat;
  return `${indent}${before}${name}<\n${args.map((arg) => `${indent}  ${arg}`).join(',\n')}\n${indent}>${after}`;
}
