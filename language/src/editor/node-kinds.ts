import type { AstNode, AstNodeDescription } from 'langium';
import type { NodeKindProvider } from 'langium/lsp';
import { CompletionItemKind, SymbolKind } from 'vscode-languageserver-types';

interface Kinds {
  readonly symbol: SymbolKind;
  readonly item: CompletionItemKind;
}

/** What icon each kind of declaration has. */
const kinds: Readonly<Record<string, Kinds>> = {
  File: { symbol: SymbolKind.Package, item: CompletionItemKind.Module },
  Message: { symbol: SymbolKind.Struct, item: CompletionItemKind.Struct },
  ErrorMessage: { symbol: SymbolKind.Struct, item: CompletionItemKind.Struct },
  Event: { symbol: SymbolKind.Event, item: CompletionItemKind.Event },
  Enum: { symbol: SymbolKind.Enum, item: CompletionItemKind.Enum },
  EnumValue: { symbol: SymbolKind.EnumMember, item: CompletionItemKind.EnumMember },
  TypeAlias: { symbol: SymbolKind.TypeParameter, item: CompletionItemKind.TypeParameter },
  Field: { symbol: SymbolKind.Field, item: CompletionItemKind.Field },
  ConfigEntry: { symbol: SymbolKind.Property, item: CompletionItemKind.Property },
  Policy: { symbol: SymbolKind.Object, item: CompletionItemKind.Value },
  Service: { symbol: SymbolKind.Class, item: CompletionItemKind.Class },
  External: { symbol: SymbolKind.Interface, item: CompletionItemKind.Interface },
  Operation: { symbol: SymbolKind.Method, item: CompletionItemKind.Method },
  Consumer: { symbol: SymbolKind.Event, item: CompletionItemKind.Event },
  Resource: { symbol: SymbolKind.Variable, item: CompletionItemKind.Variable },
  Auth: { symbol: SymbolKind.Key, item: CompletionItemKind.Property },
  Gateway: { symbol: SymbolKind.Module, item: CompletionItemKind.Module },
  BoundedContext: { symbol: SymbolKind.Namespace, item: CompletionItemKind.Module },
  System: { symbol: SymbolKind.Module, item: CompletionItemKind.Module },
  Environment: { symbol: SymbolKind.Namespace, item: CompletionItemKind.Module },
};

export class NodeKinds implements NodeKindProvider {
  getSymbolKind(node: AstNode | AstNodeDescription): SymbolKind {
    return kinds[typeOf(node)]?.symbol ?? SymbolKind.Field;
  }

  getCompletionItemKind(node: AstNode | AstNodeDescription): CompletionItemKind {
    return kinds[typeOf(node)]?.item ?? CompletionItemKind.Reference;
  }
}

function typeOf(node: AstNode | AstNodeDescription): string {
  return '$type' in node ? node.$type : node.type;
}
