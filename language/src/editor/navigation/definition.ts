import { type AstNode, AstUtils, GrammarUtils, type LangiumDocument } from 'langium';
import type { DefinitionProvider } from 'langium/lsp';
import type { DefinitionParams, LocationLink } from 'vscode-languageserver';
import { rangeOf } from '../diagnostics/to-protocol.ts';
import { type Meant, meantAt } from '../names/target.ts';
import type { EditorServices } from '../services.ts';

/** From a name, and each word of it, to where it is declared; from a package to its files. */
export class Definitions implements DefinitionProvider {
  private readonly shared: EditorServices;

  constructor(shared: EditorServices) {
    this.shared = shared;
  }

  getDefinition(document: LangiumDocument, { position }: DefinitionParams): LocationLink[] | undefined {
    const project = this.shared.editor.Projects.of(document.uri);
    const meant = project && meantAt(project, document, position);
    if (!meant) return undefined;
    const { target } = meant;
    const links = 'node' in target ? linkTo(target.node, meant) : this.filesOf(target.package, meant);
    return links.length > 0 ? links : undefined;
  }

  /** Of a package the name alone: a whole file is no place. */
  private filesOf(name: string, { word }: Meant): LocationLink[] {
    return [...this.shared.editor.Projects.fragmentsByUri].flatMap(([targetUri, fragment]) => {
      if (fragment.package !== name || !fragment.packageAt) return [];
      const range = rangeOf(fragment.packageAt);
      return [{ targetUri, targetRange: range, targetSelectionRange: range, originSelectionRange: word.range }];
    });
  }
}

function linkTo(node: AstNode, { word }: Meant): LocationLink[] {
  const name = GrammarUtils.findNodeForProperty(node.$cstNode, 'name');
  if (!name || !node.$cstNode) return [];
  return [
    {
      targetUri: AstUtils.getDocument(node).uri.toString(),
      targetRange: node.$cstNode.range,
      targetSelectionRange: name.range,
      originSelectionRange: word.range,
    },
  ];
}
