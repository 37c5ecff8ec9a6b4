import type { AstNode } from 'langium';
import { AstNodeHoverProvider, type LangiumServices } from 'langium/lsp';
import { isAnnotation } from '../grammar/generated/ast.ts';
import { declarationText } from './declaration-text.ts';

/** A declaration as it is written, with its documentation below. */
export class DeclarationHover extends AstNodeHoverProvider {
  private readonly services: LangiumServices;

  constructor(services: LangiumServices) {
    super(services);
    this.services = services;
  }

  protected override getAstNodeHoverContent(node: AstNode): string | undefined {
    const text = declarationText(node);
    if (text === undefined) return undefined;
    const deprecated = deprecation(node);
    const docs = this.services.documentation.DocumentationProvider.getDocumentation(node);
    return [
      `\`\`\`weir\n${text}\n\`\`\``,
      ...(deprecated === undefined ? [] : [`**Deprecated.** ${deprecated}`]),
      ...(docs === undefined ? [] : [docs]),
    ].join('\n\n---\n\n');
  }
}

function deprecation(node: AstNode): string | undefined {
  const annotations = 'annotations' in node && Array.isArray(node.annotations) ? node.annotations : [];
  const deprecated = annotations.filter(isAnnotation).find(({ name }) => name === 'deprecated');
  return deprecated && (deprecated.args[0]?.text ?? '');
}
