import { DocumentState } from 'langium';
import {
  addCallHierarchyHandler,
  addCodeActionHandler,
  addCodeLensHandler,
  addCompletionHandler,
  addConfigurationChangeHandler,
  addDocumentHighlightHandler,
  addDocumentSymbolHandler,
  addDocumentUpdateHandler,
  addFindReferencesHandler,
  addFoldingRangeHandler,
  addFormattingHandler,
  addGotoDefinitionHandler,
  addHoverHandler,
  addInlayHintHandler,
  addRenameHandler,
  addTypeHierarchyHandler,
  addWorkspaceSymbolHandler,
} from 'langium/lsp';
import type { Connection, ServerCapabilities } from 'vscode-languageserver';
import type { EditorServices } from './services.ts';

/** What needs the model waits for the check that makes it: otherwise it would speak of the text before the last edit. */
const checked = DocumentState.Validated;

/** Has the connection answer all that Weir can answer. */
export function addHandlers(connection: Connection, services: EditorServices): void {
  addDocumentUpdateHandler(connection, services);
  addConfigurationChangeHandler(connection, services);
  addCompletionHandler(connection, services);
  addHoverHandler(connection, services, checked);
  addGotoDefinitionHandler(connection, services);
  addFindReferencesHandler(connection, services);
  addDocumentHighlightHandler(connection, services);
  addDocumentSymbolHandler(connection, services);
  addWorkspaceSymbolHandler(connection, services);
  addFoldingRangeHandler(connection, services);
  addFormattingHandler(connection, services);
  addRenameHandler(connection, services);
  addCodeActionHandler(connection, services);
  addCallHierarchyHandler(connection, services, checked);
  addTypeHierarchyHandler(connection, services, checked);
  addInlayHintHandler(connection, services, checked);
  addCodeLensHandler(connection, services, checked);
  connection.onCodeLensResolve((lens) => services.editor.Lenses.resolve(lens));
}

/** What Langium's language server does not know of. */
export const ownCapabilities: ServerCapabilities = {
  codeLensProvider: { resolveProvider: true },
};
