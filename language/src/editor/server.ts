import { Console } from 'node:console';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { packageVersion } from '../project/own-package.ts';
import { addHandlers, ownCapabilities } from './handlers.ts';
import { createEditorServices } from './services.ts';

/** Starts the language server on standard input and output; it ends with the client. */
export function startServer(): void {
  // What is printed there belongs to the protocol: a word from any library would end the talk.
  globalThis.console = new Console(process.stderr, process.stderr);
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  const services = createEditorServices(connection);
  const { LanguageServer } = services.lsp;

  addHandlers(connection, services);

  connection.onInitialize(async (params) => {
    const { capabilities, ...result } = await LanguageServer.initialize(params);
    const serverInfo = { name: 'weir', version: packageVersion() };
    return { ...result, capabilities: { ...capabilities, ...ownCapabilities }, serverInfo };
  });
  connection.onInitialized((params) => LanguageServer.initialized(params));
  services.workspace.TextDocuments.listen(connection);
  connection.listen();
}
