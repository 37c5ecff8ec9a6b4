import { commands, type ExtensionContext } from 'vscode';
import {
  LanguageClient,
  type Location,
  type Position,
  type ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';
import { registerPreview } from './preview/preview.ts';

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
  context.subscriptions.push(
    commands.registerCommand('weir.restart', () => started.restart()),
    commands.registerCommand('weir.showCallers', showReferencesWith(started)),
    registerPreview(started),
  );
  await started.start();
}

/** What a lens leads to, in VS Code's own terms. */
function showReferencesWith({ protocol2CodeConverter: from }: LanguageClient) {
  return (uri: string, position: Position, locations: Location[]): Thenable<unknown> =>
    commands.executeCommand(
      'editor.action.showReferences',
      from.asUri(uri),
      from.asPosition(position),
      locations.map((location) => from.asLocation(location)),
    );
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}
