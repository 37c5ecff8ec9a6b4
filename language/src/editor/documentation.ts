import { type AstNode, AstUtils, type DocumentationProvider } from 'langium';
import { docComment } from '../syntax/doc-comment.ts';

/** The `///` lines above a node. */
export class Documentation implements DocumentationProvider {
  getDocumentation(node: AstNode): string | undefined {
    const start = node.$cstNode?.range.start;
    const { textDocument } = AstUtils.getDocument(node);
    const line = (index: number): string =>
      textDocument.getText({ start: { line: index, character: 0 }, end: { line: index + 1, character: 0 } });
    return start && docComment((index) => line(index).replace(/\r?\n$/, ''), start);
  }
}
