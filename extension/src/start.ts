import { commands, type ExtensionContext, Range, window } from 'vscode';
import type { BaseLanguageClient, Location, Position } from 'vscode-languageclient';
import { registerGenerated } from './emitted/generated.ts';
import { registerOperation } from './emitted/operation.ts';
import { registerPages } from './pages/pages.ts';
import { registerPreview } from './preview/preview.ts';
import { registerStatus } from './status/status.ts';
import { registerSystems } from './systems/systems.ts';

/** Where `build.mjs` puts the language server. */
export const serverPath = 'dist/language/dist/editor/server.js';

/**
 * What there is wherever the extension runs. The editor is not kept waiting: what is asked meanwhile is answered when the server
 * is there.
 *
 * @param runsPrograms is there a machine on which `weir build` can run?
 */
export function start(context: ExtensionContext, client: BaseLanguageClient, runsPrograms: boolean): void {
  context.subscriptions.push(
    commands.registerCommand('weir.restart', () => restart(client)),
    commands.registerCommand('weir.showOutput', () => client.outputChannel.show(true)),
    commands.registerCommand('weir.showCallers', showReferencesWith(client)),
    commands.registerCommand('weir.showInTopology', showInTopologyWith(client)),
    registerPreview(client),
    registerGenerated(client),
    registerOperation(client),
    registerPages(context.extensionUri),
    registerSystems(context.extensionUri),
    registerStatus(runsPrograms),
  );
  const { clientOptions } = client;
  // Lenses lead into the picture only where there is one.
  clientOptions.initializationOptions = { ...clientOptions.initializationOptions, commands: ['weir.showInTopology'] };
  client.start().catch((error: unknown) => client.error('The language server could not be started.', error));
}

async function restart(client: BaseLanguageClient): Promise<void> {
  if (client.isRunning()) await client.stop();
  await client.start();
}

/** What a lens leads to, in VS Code's own terms. */
function showReferencesWith({ protocol2CodeConverter: from }: BaseLanguageClient) {
  return (uri: string, position: Position, locations: Location[]): Thenable<unknown> =>
    commands.executeCommand(
      'editor.action.showReferences',
      from.asUri(uri),
      from.asPosition(position),
      locations.map((location) => from.asLocation(location)),
    );
}

/** The picture, in which the place of the cursor is marked. */
function showInTopologyWith({ protocol2CodeConverter: from }: BaseLanguageClient) {
  return async (uri: string, position: Position): Promise<void> => {
    const at = from.asPosition(position);
    await window.showTextDocument(from.asUri(uri));
    await commands.executeCommand('weir.openTopologyPreview');
    await window.showTextDocument(from.asUri(uri), { selection: new Range(at, at) });
  };
}
