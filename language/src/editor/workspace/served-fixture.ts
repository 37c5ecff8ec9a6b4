import { PassThrough } from 'node:stream';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createConnection } from 'vscode-languageserver/node';
import {
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { addHandlers } from '../handlers.ts';
import { nodeHost } from '../node-host.ts';
import { createEditorServices } from '../services.ts';

/** A server in this process, that one may look into, with an editor that has a file open. */
export async function served(t: TestContext, root: string, path: string, text: string, host = nodeHost()) {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const connection = createConnection(there, back);
  const services = createEditorServices(connection, host);
  addHandlers(connection, services);
  connection.onInitialize((params) => services.lsp.LanguageServer.initialize(params));
  connection.onInitialized((params) => services.lsp.LanguageServer.initialized(params));
  services.workspace.TextDocuments.listen(connection);
  connection.listen();
  const reader = new StreamMessageReader(back);
  reader.partialMessageTimeout = 0;
  const client = createProtocolConnection(reader, new StreamMessageWriter(there));
  client.onRequest('client/registerCapability', () => null);
  client.listen();
  t.after(() => client.dispose());
  const rootUri = pathToFileURL(root).href;
  await client.sendRequest(InitializeRequest.type, { processId: null, rootUri, capabilities: {} });
  await client.sendNotification(InitializedNotification.type, {});
  const textDocument = { uri: `${rootUri}/${path}`, languageId: 'weir', version: 1, text };
  await client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  return { client, services, textDocument };
}
