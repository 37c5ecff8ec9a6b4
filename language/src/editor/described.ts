import type { AstNodeDescription } from 'langium';
import { docComment } from '../syntax/doc-comment.ts';
import { declarationText, textOf } from './declaration-text.ts';
import { documentationOf, lineOf } from './documentation.ts';
import { ClosedName } from './workspace/closed-file.ts';

/** How something is declared. Of what stands in a closed file its text tells it: there may be hundreds to tell of. */
export function describedText(description: AstNodeDescription): string | undefined {
  if (!(description instanceof ClosedName)) return description.node && declarationText(description.node);
  const { file, outlined } = description;
  return textOf(file.text, outlined);
}

/** Its `///` lines. */
export function describedDocs(description: AstNodeDescription): string | undefined {
  if (!(description instanceof ClosedName)) return description.node && documentationOf(description.node);
  const { file, outlined } = description;
  return docComment((line) => lineOf(file.textDocument, line), file.textDocument.positionAt(outlined.from));
}

export function isDeprecated(description: AstNodeDescription): boolean {
  if (description instanceof ClosedName) return description.outlined.isDeprecated;
  const { node } = description;
  const annotations = node && 'annotations' in node && Array.isArray(node.annotations) ? node.annotations : [];
  return annotations.some(({ name }: { name?: string }) => name === 'deprecated');
}
