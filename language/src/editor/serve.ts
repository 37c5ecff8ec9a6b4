import type { Connection, InitializeParams } from 'vscode-languageserver';
import { addHandlers, ownCapabilities } from './handlers.ts';
import type { Host } from './host.ts';
import { createEditorServices } from './services.ts';

/**
 * Has a connection answered by the language server, from now until it ends.
 *
 * @param begin is told first what the editor says of itself
 */
export function serve(connection: Connection, host: Host, begin?: (params: InitializeParams) => void): void {
  const services = createEditorServices(connection, host);
  const { LanguageServer } = services.lsp;

  addHandlers(connection, services);

  connection.onInitialize(async (params) => {
    begin?.(params);
    const { capabilities, ...result } = await LanguageServer.initialize(params);
    const serverInfo = { name: 'weir', version: host.version };
    return { ...result, capabilities: { ...capabilities, ...ownCapabilities }, serverInfo };
  });
  connection.onInitialized((params) => LanguageServer.initialized(params));
  services.workspace.TextDocuments.listen(connection);
  connection.listen();
}
