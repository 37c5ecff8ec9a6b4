import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  type InitializeParams,
} from 'vscode-languageserver/browser';
import { type BrowserOptions, browserHost } from './browser-host.ts';
import { serve } from './serve.ts';

/** Starts the language server in a web worker; `initializationOptions` are `BrowserOptions`. */
export function startInBrowser(): void {
  // The types of the project are those of Node.
  const worker = globalThis as unknown as ConstructorParameters<typeof BrowserMessageReader>[0];
  const connection = createConnection(new BrowserMessageReader(worker), new BrowserMessageWriter(worker));
  let options: BrowserOptions = { version: '', package: '' };
  const host = browserHost(connection, () => options);
  serve(connection, host, ({ initializationOptions }: InitializeParams) => {
    options = initializationOptions;
  });
}
