import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

/** How long one answer may take, in milliseconds: past this, a server has none. */
const patience = 120_000;

type Holds = (found: readonly Diagnostic[]) => boolean;

/** An editor with one file open, at a language server on standard input and output. */
export class Client {
  readonly server: ChildProcess;
  private readonly connection: ProtocolConnection;
  private readonly listeners = new Set<(params: PublishDiagnosticsParams) => void>();
  private readonly uri: string;
  private readonly language: string;
  private version = 0;
  private text = '';

  private constructor(server: ChildProcess, uri: string, language: string) {
    this.server = server;
    this.uri = uri;
    this.language = language;
    const reader = new StreamMessageReader(server.stdout!);
    // Its timer would keep this process alive.
    reader.partialMessageTimeout = 0;
    this.connection = createProtocolConnection(reader, new StreamMessageWriter(server.stdin!));
    for (const method of ['client/registerCapability', 'window/workDoneProgress/create']) {
      this.connection.onRequest(method, () => null);
    }
    this.connection.onRequest('workspace/workspaceFolders', () => null);
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      for (const listener of this.listeners) listener(params);
    });
    this.connection.listen();
  }

  /** Starts a Node program in a folder, and introduces itself. */
  static async start(args: readonly string[], root: string, file: string, language: string): Promise<Client> {
    const server = spawn(process.execPath, [...args], {
      cwd: root,
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const folder = pathToFileURL(root).href;
    const client = new Client(server, `${folder}/${file}`, language);
    await client.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: folder,
      workspaceFolders: [{ uri: folder, name: 'bench' }],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: { publishDiagnostics: { versionSupport: true }, rename: { prepareSupport: true } },
      },
    });
    await client.connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  async open(text: string): Promise<void> {
    this.text = text;
    const textDocument = { uri: this.uri, languageId: this.language, version: ++this.version, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Types or deletes what makes the text another one: only that is sent. */
  async type(text: string): Promise<void> {
    const before = this.text;
    let start = 0;
    while (start < Math.min(before.length, text.length) && before[start] === text[start]) start++;
    let end = 0;
    const shorter = Math.min(before.length, text.length) - start;
    while (end < shorter && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
    const range = { start: positionAt(before, start), end: positionAt(before, before.length - end) };
    this.text = text;
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri, version: ++this.version },
      contentChanges: [{ range, text: text.slice(start, text.length - end) }],
    });
  }

  /** Waits until what is published for the file from now on is as said. */
  published(holds: Holds): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.listeners.delete(listener);
        reject(new Error(`nothing came in ${patience / 1000} s`));
      }, patience);
      const listener = ({ uri, version, diagnostics }: PublishDiagnosticsParams): void => {
        if (decodeURIComponent(uri) !== decodeURIComponent(this.uri)) return;
        if ((version !== undefined && version < this.version) || !holds(diagnostics)) return;
        clearTimeout(timer);
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
    });
  }

  /** Asks for something at the first place of a mark, in which `|` is the cursor. */
  ask<T>(method: string, marked: string, more: object = {}): Promise<T> {
    const offset = this.text.indexOf(marked.replace('|', ''));
    if (offset < 0) throw new Error(`there is no ${marked} in ${this.uri}`);
    return this.connection.sendRequest<T>(method, {
      textDocument: { uri: this.uri },
      position: positionAt(this.text, offset + marked.indexOf('|')),
      ...more,
    });
  }

  stop(): void {
    this.connection.dispose();
    this.server.kill('SIGKILL');
  }
}

function positionAt(text: string, offset: number): { line: number; character: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
