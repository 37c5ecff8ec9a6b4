import { AstUtils, CstUtils, GrammarUtils, type LangiumDocument } from 'langium';
import type { LangiumServices, SignatureHelpProvider } from 'langium/lsp';
import type { SignatureHelp, SignatureHelpOptions, SignatureHelpParams } from 'vscode-languageserver';
import { isCallItem, isOperation, type Operation } from '../grammar/generated/ast.ts';
import { declarationText } from './declaration-text.ts';

/** What an operation takes and gives: of the one that is called at the cursor, or of the one whose parameters are there. */
export class Signatures implements SignatureHelpProvider {
  readonly signatureHelpOptions: SignatureHelpOptions = {
    triggerCharacters: ['(', '.'],
    retriggerCharacters: [','],
  };
  private readonly services: LangiumServices;

  constructor(services: LangiumServices) {
    this.services = services;
  }

  provideSignatureHelp(document: LangiumDocument, { position }: SignatureHelpParams): SignatureHelp | undefined {
    const root = document.parseResult.value.$cstNode;
    const offset = document.textDocument.offsetAt(position);
    const leaf = root && CstUtils.findLeafNodeBeforeOffset(root, offset);
    if (!leaf) return undefined;
    const called = AstUtils.getContainerOfType(leaf.astNode, isCallItem)?.target?.ref;
    if (called) return this.help(called, undefined);
    const operation = AstUtils.getContainerOfType(leaf.astNode, isOperation);
    const active = operation && activeParameter(operation, document.textDocument.getText(), offset);
    return operation && active !== undefined ? this.help(operation, active) : undefined;
  }

  private help(operation: Operation, active: number | undefined): SignatureHelp | undefined {
    const label = declarationText(operation)?.replace(/\s+/g, ' ');
    if (label === undefined) return undefined;
    const docs = this.services.documentation.DocumentationProvider.getDocumentation(operation);
    return {
      signatures: [
        {
          label,
          ...(docs === undefined ? {} : { documentation: { kind: 'markdown', value: docs } }),
          parameters: parametersIn(label),
        },
      ],
      activeSignature: 0,
      ...(active === undefined ? {} : { activeParameter: active }),
    };
  }
}

/** Which parameter an offset is at; nothing where it is not between the parentheses. */
function activeParameter({ $cstNode: cst }: Operation, text: string, offset: number): number | undefined {
  const name = GrammarUtils.findNodeForProperty(cst, 'name');
  const open = name ? text.indexOf('(', name.end) : -1;
  if (open < 0 || offset <= open) return undefined;
  const before = text.slice(open + 1, offset);
  return before.includes(')') ? undefined : (withoutNested(before).match(/,/g)?.length ?? 0);
}

/** Where each parameter stands in the signature. */
function parametersIn(label: string): { label: [number, number] }[] {
  const open = label.indexOf('(');
  const close = label.indexOf(')', open);
  if (open < 0 || close <= open + 1) return [];
  const parameters: { label: [number, number] }[] = [];
  let start = open + 1;
  for (const piece of withoutNested(label.slice(open + 1, close)).split(',')) {
    const indent = piece.length - piece.trimStart().length;
    parameters.push({ label: [start + indent, start + piece.trimEnd().length] });
    start += piece.length + 1;
  }
  return parameters;
}

/** The commas of `map<string, int32>`, and those in brackets, part no parameters. */
const withoutNested = (text: string): string =>
  text.replace(/<[^<>]*>|\[[^[\]]*\]|"[^"]*"/g, (nested) => '_'.repeat(nested.length));
