import { type AstNode, AstUtils, type DocumentationProvider, type TextDocument } from 'langium';
import { docComment } from '../syntax/doc-comment.ts';

/** The `///` lines above a node. */
export class Documentation implements DocumentationProvider {
  getDocumentation(node: AstNode): string | undefined {
    return documentationOf(node);
  }
}

export function documentationOf(node: AstNode): string | undefined {
  const start = node.$cstNode?.range.start;
  const { textDocument } = AstUtils.getDocument(node);
  return start && docComment((line) => lineOf(textDocument, line), start);
}

/** A line of a text by its index, without what ends it. */
export const lineOf = (text: TextDocument, index: number): string =>
  text.getText({ start: { line: index, character: 0 }, end: { line: index + 1, character: 0 } }).replace(/\r?\n$/, '');
