import { Console } from 'node:console';
import { DocumentState } from 'langium';
import {
  addCodeActionHandler,
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
  addRenameHandler,
  addWorkspaceSymbolHandler,
} from 'langium/lsp';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { packageVersion } from '../project/own-package.ts';
import { createEditorServices } from './services.ts';

/** Starts the language server on standard input and output; it ends with the client. */
export function startServer(): void {
  // What is printed there belongs to the protocol: a word from any library would end the talk.
  globalThis.console = new Console(process.stderr, process.stderr);
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  const services = createEditorServices(connection);
  const { LanguageServer } = services.lsp;

  addDocumentUpdateHandler(connection, services);
  addConfigurationChangeHandler(connection, services);
  addCompletionHandler(connection, services);
  addHoverHandler(connection, services, DocumentState.Validated);
  addGotoDefinitionHandler(connection, services);
  addFindReferencesHandler(connection, services);
  addDocumentHighlightHandler(connection, services);
  addDocumentSymbolHandler(connection, services);
  addWorkspaceSymbolHandler(connection, services);
  addFoldingRangeHandler(connection, services);
  addFormattingHandler(connection, services);
  addRenameHandler(connection, services);
  addCodeActionHandler(connection, services);

  connection.onInitialize(async (params) => ({
    ...(await LanguageServer.initialize(params)),
    serverInfo: { name: 'weir', version: packageVersion() },
  }));
  connection.onInitialized((params) => LanguageServer.initialized(params));
  services.workspace.TextDocuments.listen(connection);
  connection.listen();
}
