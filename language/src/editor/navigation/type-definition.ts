import { type AstNode, AstUtils, GrammarUtils, isReference, type LangiumDocument } from 'langium';
import type { TypeDefinitionProvider } from 'langium/lsp';
import type { LocationLink, TypeDefinitionParams } from 'vscode-languageserver';
import { isTypeExpression, type TypeExpression } from '../../grammar/generated/ast.ts';
import { meantAt } from '../names/target.ts';
import type { EditorServices } from '../services.ts';

/** From a field to its type, and from an operation or a call of it to what it gives. */
export class TypeDefinitions implements TypeDefinitionProvider {
  private readonly shared: EditorServices;

  constructor(shared: EditorServices) {
    this.shared = shared;
  }

  getTypeDefinition(document: LangiumDocument, { position }: TypeDefinitionParams): LocationLink[] | undefined {
    const project = this.shared.editor.Projects.of(document.uri);
    const meant = project && meantAt(project, document, position);
    if (!meant || 'package' in meant.target) return undefined;
    const links = typesOf(meant.target.node).flatMap((type) => linkTo(type) ?? []);
    return links.length > 0 ? links : undefined;
  }
}

/** The declarations that the type of something names; those of a map are two. */
function typesOf(node: AstNode): AstNode[] {
  const written = node as { readonly type?: unknown; readonly result?: unknown };
  const type = [written.result, written.type].find((one): one is TypeExpression => isTypeExpression(one));
  if (!type) return [];
  return AstUtils.streamAst(type)
    .flatMap((inner) => AstUtils.streamReferences(inner))
    .flatMap(({ reference }) => (isReference(reference) && reference.ref ? [reference.ref] : []))
    .toArray();
}

function linkTo(node: AstNode): LocationLink | undefined {
  const name = GrammarUtils.findNodeForProperty(node.$cstNode, 'name');
  if (!name || !node.$cstNode) return undefined;
  const targetUri = AstUtils.getDocument(node).uri.toString();
  return { targetUri, targetRange: node.$cstNode.range, targetSelectionRange: name.range };
}
