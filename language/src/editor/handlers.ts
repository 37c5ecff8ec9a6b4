import { DocumentState } from 'langium';
import {
  addCallHierarchyHandler,
  addCodeActionHandler,
  addCodeLensHandler,
  addCompletionHandler,
  addConfigurationChangeHandler,
  addDocumentHighlightHandler,
  addDocumentLinkHandler,
  addDocumentSymbolHandler,
  addDocumentUpdateHandler,
  addFindReferencesHandler,
  addFoldingRangeHandler,
  addFormattingHandler,
  addGoToImplementationHandler,
  addGoToTypeDefinitionHandler,
  addGotoDefinitionHandler,
  addHoverHandler,
  addInlayHintHandler,
  addRenameHandler,
  addSemanticTokenHandler,
  addSignatureHelpHandler,
  addTypeHierarchyHandler,
  addWorkspaceSymbolHandler,
  createServerRequestHandler,
  type LangiumServices,
  WorkspaceState,
} from 'langium/lsp';
import type {
  Connection,
  LinkedEditingRangeParams,
  SelectionRangeParams,
  ServerCapabilities,
} from 'vscode-languageserver';
import { refreshOthers } from './annotations/refresh.ts';
import { addGenerated } from './emitted/handler.ts';
import { linkedRanges } from './names/linked.ts';
import { Occurrences } from './names/occurrences.ts';
import { addRpcOf } from './navigation/rpc-of.ts';
import { selectionRanges } from './navigation/selection.ts';
import type { EditorServices } from './services.ts';
import { addTopology } from './topology/handler.ts';

/** What needs the model waits for the check that makes it: otherwise it would speak of the text before the last edit. */
const checked = DocumentState.Validated;

/** Has the connection answer all that Weir can answer. */
export function addHandlers(connection: Connection, services: EditorServices): void {
  addDocumentUpdateHandler(connection, services);
  addConfigurationChangeHandler(connection, services);
  addCompletionHandler(connection, services);
  addHoverHandler(connection, services, checked);
  addGotoDefinitionHandler(connection, services);
  addGoToTypeDefinitionHandler(connection, services);
  addGoToImplementationHandler(connection, services, checked);
  addFindReferencesHandler(connection, services);
  addDocumentHighlightHandler(connection, services);
  addDocumentSymbolHandler(connection, services);
  addWorkspaceSymbolHandler(connection, services);
  addFoldingRangeHandler(connection, services);
  addFormattingHandler(connection, services);
  addRenameHandler(connection, services);
  addSemanticTokenHandler(connection, services);
  addSignatureHelpHandler(connection, services);
  addDocumentLinkHandler(connection, services, WorkspaceState.IndexedContent);
  addCodeActionHandler(connection, services);
  addCallHierarchyHandler(connection, services, checked);
  addTypeHierarchyHandler(connection, services, checked);
  addInlayHintHandler(connection, services, checked);
  addCodeLensHandler(connection, services, checked);
  refreshOthers(connection, services);
  addTopology(connection, services);
  addGenerated(connection, services);
  addRpcOf(connection, services);
  connection.onSelectionRanges(
    createServerRequestHandler(
      (_, document, params: SelectionRangeParams) => selectionRanges(document, params),
      services,
      DocumentState.Parsed,
    ),
  );
  connection.languages.onLinkedEditingRange(
    createServerRequestHandler(
      (language, document, { position }: LinkedEditingRangeParams) =>
        linkedRanges(services, new Occurrences(language as LangiumServices, services), document, position),
      services,
      DocumentState.IndexedReferences,
    ),
  );
  connection.onCodeLensResolve((lens) => services.editor.Lenses.resolve(lens));
}

/** What Langium's language server does not know of. */
export const ownCapabilities: ServerCapabilities = {
  codeLensProvider: { resolveProvider: true },
  selectionRangeProvider: true,
  linkedEditingRangeProvider: true,
};
