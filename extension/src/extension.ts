import { commands, type ExtensionContext } from 'vscode';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';
import { serverPath, start } from './start.ts';
import { registerTasks } from './tasks/tasks.ts';

let client: LanguageClient | undefined;

/** On a desktop or a remote machine: the language server is a program beside, which reads the disk by itself. */
export function activate(context: ExtensionContext): void {
  const run = { module: context.asAbsolutePath(serverPath), transport: TransportKind.stdio };
  const serverOptions: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--inspect=6010'] } } };
  client = new LanguageClient('weir', 'Weir', serverOptions, {
    documentSelector: [
      { scheme: 'file', language: 'weir' },
      { scheme: 'untitled', language: 'weir' },
    ],
  });
  start(context, client, true);
  registerTasks(context);
  // Menus ask for it: in a browser no program can be run.
  void commands.executeCommand('setContext', 'weir.runsPrograms', true);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}
