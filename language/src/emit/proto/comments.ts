import { literalText } from '../../model/literal-text.ts';
import type { Constraint } from '../../model/model.ts';
import type { ProtoType } from './types.ts';

/** Docs and deprecation of a declaration, as lines of a comment. */
export function docsOf(declaration: { readonly docs?: string; readonly deprecated?: string }): string[] {
  return paragraphs([linesOf(declaration.docs), deprecationOf(declaration.deprecated)]);
}

/** What a field holds beyond its type: its docs, its format, and what is checked at every boundary. */
export function commentOfField(
  field: { readonly docs?: string; readonly deprecated?: string; readonly optional: boolean; readonly oneof?: string },
  type: ProtoType,
): string[] {
  const required = type.message && type.shape === 'single' && !field.optional && field.oneof === undefined;
  const facts = [
    ...(required ? ['Required.'] : []),
    ...formatsOf(type),
    ...type.whole.map((constraint) => `Constraint: ${textOf(constraint)}`),
    ...type.each.map((constraint) => `Each ${type.shape === 'map' ? 'value' : 'element'}: ${textOf(constraint)}`),
  ];
  return paragraphs([linesOf(field.docs), deprecationOf(field.deprecated), facts]);
}

function formatsOf(type: ProtoType): string[] {
  return [
    ...(type.format ? [`Format: ${type.format}`] : []),
    ...(type.key?.format ? [`Format of the keys: ${type.key.format}`] : []),
  ];
}

/** Parts of a comment with an empty line between them. */
export function paragraphs(parts: readonly (readonly string[])[]): string[] {
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]));
}

function linesOf(docs: string | undefined): string[] {
  return docs === undefined || docs.trim() === '' ? [] : docs.trim().split(/\r\n|[\r\n\u2028\u2029]/);
}

function deprecationOf(reason: string | undefined): string[] {
  return reason === undefined ? [] : linesOf(`Deprecated: ${reason}`);
}

function textOf(constraint: Constraint): string {
  switch (constraint.kind) {
    case 'range':
      return `${constraint.min ?? ''}..${constraint.max ?? ''}`;
    case 'length':
      return `length ${constraint.min ?? ''}..${constraint.max ?? ''}`;
    case 'matches':
      return `matches ${JSON.stringify(constraint.pattern)}`;
    case 'one-of':
      return `one of [${constraint.values.map(literalText).join(', ')}]`;
  }
}
