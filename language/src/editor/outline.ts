import { type AstNode, GrammarUtils, type LangiumDocument } from 'langium';
import { DefaultDocumentSymbolProvider } from 'langium/lsp';
import type { DocumentSymbol } from 'vscode-languageserver-types';

/** The declarations of a file and their members; the package is no level of its own, as it would be one in every file. */
export class Outline extends DefaultDocumentSymbolProvider {
  override getSymbols(document: LangiumDocument): DocumentSymbol[] {
    return this.getChildSymbols(document, document.parseResult.value) ?? [];
  }

  /** A consumer without a name of its own goes by its event's. */
  protected override getSymbol(document: LangiumDocument, node: AstNode): DocumentSymbol[] {
    const event = GrammarUtils.findNodeForProperty(node.$cstNode, 'event');
    if (node.$type !== 'Consumer' || !node.$cstNode || !event || this.nameProvider.getName(node)) {
      return super.getSymbol(document, node);
    }
    return [this.createSymbol(document, node, node.$cstNode, event, `on ${event.text}`)];
  }
}
