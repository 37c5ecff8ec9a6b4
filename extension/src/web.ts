import { type ExtensionContext, Uri } from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from 'vscode-languageclient/browser';
import { answerFiles } from './files.ts';
import { serverPath, start } from './start.ts';

/** The library of types for browsers is no part of the project's. */
declare const Worker: new (
  url: string,
) => ConstructorParameters<typeof BrowserMessageReader>[0] & { terminate(): void };

let client: LanguageClient | undefined;

/** In a browser: the language server is a web worker, and reads files by asking the editor. */
export function activate(context: ExtensionContext): void {
  const { extensionUri, extension } = context;
  const server = Uri.joinPath(extensionUri, serverPath).toString(true);
  let worker: InstanceType<typeof Worker> | undefined;
  // VS Code has a `Worker` of its own, which the client would not know for one.
  const startServer = async () => {
    worker?.terminate();
    worker = new Worker(server);
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  client = new LanguageClient('weir', 'Weir', startServer, {
    documentSelector: [{ language: 'weir' }],
    initializationOptions: {
      version: extension.packageJSON.version,
      package: Uri.joinPath(extensionUri, 'dist/language').toString(true),
    },
  });
  context.subscriptions.push(answerFiles(client));
  start(context, client, false);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}
