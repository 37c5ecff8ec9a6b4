import { AstUtils, GrammarUtils, type LangiumDocument } from 'langium';
import type { DefinitionProvider } from 'langium/lsp';
import type { DefinitionParams, LocationLink } from 'vscode-languageserver';
import type { File } from '../../grammar/generated/ast.ts';
import { packageOf } from '../../syntax/name-index.ts';
import { type Meant, meantAt, type Target } from '../names/target.ts';
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
    const links = this.declarations(meant.target).flatMap((node) => linkTo(node, meant) ?? []);
    return links.length > 0 ? links : undefined;
  }

  private declarations(target: Target): readonly (Exclude<Target, { package: string }>['node'] | File)[] {
    if ('node' in target) return [target.node];
    return this.shared.workspace.LangiumDocuments.all
      .map(({ parseResult }) => parseResult.value as File)
      .filter((file) => packageOf(file) === target.package)
      .toArray();
  }
}

function linkTo(node: Parameters<typeof AstUtils.getDocument>[0], { word }: Meant): LocationLink | undefined {
  const name = GrammarUtils.findNodeForProperty(node.$cstNode, 'name');
  if (!name || !node.$cstNode) return undefined;
  return {
    targetUri: AstUtils.getDocument(node).uri.toString(),
    // Of a package its name alone: a whole file is no place.
    targetRange: node.$type === 'File' ? name.range : node.$cstNode.range,
    targetSelectionRange: name.range,
    originSelectionRange: word.range,
  };
}
