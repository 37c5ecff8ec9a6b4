import { commands, type Disposable, window } from 'vscode';
import type { BaseLanguageClient, Location } from 'vscode-languageclient';

interface RpcOf {
  readonly name: string;
  readonly location: Location;
}

/** From a handler in TypeScript back to the operation that it answers. */
export function registerOperation(client: BaseLanguageClient): Disposable {
  return commands.registerCommand('weir.goToOperation', async () => {
    const document = window.activeTextEditor?.document;
    if (!document) return;
    const textDocument = { uri: client.code2ProtocolConverter.asUri(document.uri) };
    const found = await client.sendRequest<RpcOf | null>('weir/rpcOf', { textDocument });
    if (!found) {
      await window.showInformationMessage('Weir: this file is no handler of an operation.');
      return;
    }
    const { uri, range } = client.protocol2CodeConverter.asLocation(found.location);
    await window.showTextDocument(uri, { selection: range });
  });
}
