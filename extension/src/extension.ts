import { commands, type ExtensionContext } from 'vscode';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';

/** Where `build.mjs` puts the language server. */
const server = 'dist/language/dist/editor/server.js';

let client: LanguageClient | undefined;

/** Starts the language server; called when the first `.svc` file is opened. */
export async function activate(context: ExtensionContext): Promise<void> {
  const run = { module: context.asAbsolutePath(server), transport: TransportKind.stdio };
  const serverOptions: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--inspect=6010'] } } };
  const started = new LanguageClient('weir', 'Weir', serverOptions, {
    documentSelector: [
      { scheme: 'file', language: 'weir' },
      { scheme: 'untitled', language: 'weir' },
    ],
  });
  client = started;
  context.subscriptions.push(commands.registerCommand('weir.restart', () => started.restart()));
  await started.start();
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}
