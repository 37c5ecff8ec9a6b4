import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentPositionParams,
} from 'vscode-languageserver-protocol/node';

const weir = fileURLToPath(new URL('../../bin/weir.js', import.meta.url));

/** How long an answer may take on a machine that has much else to do, in milliseconds. */
const patience = 30_000;

type Published = readonly Diagnostic[];

interface StartOptions {
  readonly command?: readonly string[];
  readonly watching?: boolean;
  /** What the editor can do beside. */
  readonly workspace?: NonNullable<ClientCapabilities['workspace']>;
  readonly initializationOptions?: object;
}

/** An editor that speaks the protocol with a server over its standard input and output. */
export class Editor {
  readonly connection: ProtocolConnection;
  readonly server: ChildProcess;
  readonly result: InitializeResult;
  /** What was published last, by URI. */
  readonly published = new Map<string, PublishDiagnosticsParams>();
  private readonly root: string;
  private readonly listeners = new Set<() => void>();
  private readonly versions = new Map<string, number>();

  private constructor(root: string, connection: ProtocolConnection, server: ChildProcess, result: InitializeResult) {
    this.root = root;
    this.connection = connection;
    this.server = server;
    this.result = result;
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.set(params.uri, params);
      for (const listener of this.listeners) listener();
    });
  }

  /** Starts `weir lsp`, or another server, in a folder; it ends with the test. */
  static async start(
    t: TestContext,
    root: string,
    { command = [weir, 'lsp'], watching = false, workspace = {}, initializationOptions = {} }: StartOptions = {},
  ): Promise<Editor> {
    const server = spawn(process.execPath, [...command], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
    const reader = new StreamMessageReader(server.stdout);
    // Its timer is set anew forever where the server ends in the middle of a message, and the test would never end.
    reader.partialMessageTimeout = 0;
    const connection = createProtocolConnection(reader, new StreamMessageWriter(server.stdin));
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
    connection.listen();
    t.after(async () => {
      const isRunning = server.exitCode === null && server.signalCode === null;
      if (isRunning) {
        await connection.sendRequest(ShutdownRequest.type).catch(() => undefined);
        await connection.sendNotification(ExitNotification.type).catch(() => undefined);
      }
      connection.dispose();
      server.kill();
    });
    const uri = pathToFileURL(root).href;
    const ended = new Promise<never>((_, reject) => {
      server.once('exit', (code) => reject(new Error(`the server has ended with ${code}`)));
    });
    const initialized = connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'test' }],
      initializationOptions,
      capabilities: { workspace: { ...workspace, didChangeWatchedFiles: { dynamicRegistration: watching } } },
    });
    const result = await Promise.race([initialized, ended]);
    ended.catch(() => undefined);
    const editor = new Editor(root, connection, server, result);
    await connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  uri(path: string): string {
    return /^[a-z]{2,}:/.test(path) ? path : pathToFileURL(join(this.root, path)).href;
  }

  async open(path: string, text: string): Promise<void> {
    const textDocument = { uri: this.uri(path), languageId: 'weir', version: 1, text };
    this.versions.set(path, 1);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Replaces the whole text. */
  async change(path: string, text: string): Promise<void> {
    const version = (this.versions.get(path) ?? 0) + 1;
    this.versions.set(path, version);
    const textDocument = { uri: this.uri(path), version };
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges: [{ text }],
    });
  }

  async close(path: string): Promise<void> {
    const textDocument = { uri: this.uri(path) };
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument });
  }

  /** A place in a file, at a mark in its text: `|` stands for the cursor. */
  at(path: string, text: string, marked: string): TextDocumentPositionParams {
    const offset = text.indexOf(marked.replace('|', ''));
    if (offset < 0) throw new Error(`there is no ${marked} in ${path}`);
    const lines = text.slice(0, offset + marked.indexOf('|')).split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    return { textDocument: { uri: this.uri(path) }, position };
  }

  diagnostics(path: string): Published {
    return this.published.get(this.uri(path))?.diagnostics ?? [];
  }

  /** Waits until what is published for a file is as said, and gives it. */
  async until(path: string, holds: (found: Published) => boolean): Promise<Published> {
    const isSo = (): boolean => this.published.has(this.uri(path)) && holds(this.diagnostics(path));
    await this.when(isSo, () => `for ${path}: ${JSON.stringify(this.diagnostics(path).map(({ message }) => message))}`);
    return this.diagnostics(path);
  }

  private when(holds: () => boolean, otherwise: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.listeners.delete(listener);
        reject(new Error(`waited in vain; last ${otherwise()}`));
      }, patience);
      const listener = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
      listener();
    });
  }
}

/** The names of the rules that found something. */
export const rules = (found: Published): unknown[] => found.map(({ code }) => code);
