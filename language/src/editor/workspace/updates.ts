import { basename } from 'node:path';
import { type Cancellation, type Disposable, Emitter, type TextDocument, URI } from 'langium';
import type { DocumentUpdateHandler } from 'langium/lsp';
import {
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesParams,
  FileChangeType,
  type FileEvent,
  type TextDocumentChangeEvent,
} from 'vscode-languageserver';
import { configName } from '../../project/config.ts';
import type { EditorServices } from '../services.ts';
import type { DocumentBuilder } from './documents.ts';
import type { EditorProject } from './projects.ts';

type Change = TextDocumentChangeEvent<TextDocument>;

/**
 * Takes up what happens to files, in the editor and outside. What a build has not taken up when the next change cancels
 * it, the next build does.
 */
export class Updates implements DocumentUpdateHandler {
  private readonly services: EditorServices;
  private readonly watched = new Emitter<DidChangeWatchedFilesParams>();
  private isWatching = false;
  private changed = new Set<string>();
  private deleted = new Set<string>();
  private stale: (project: EditorProject) => boolean = never;
  /** Projects are being read: until then nobody knows what is in them. */
  private isReading = false;

  constructor(services: EditorServices) {
    this.services = services;
    const { LanguageServer, Connection } = services.lsp;
    LanguageServer.onInitialize(({ capabilities }) => {
      this.isWatching = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    });
    LanguageServer.onInitialized(() => {
      // All of them, as of a deleted folder one is told, and not of what was in it.
      const watchers = [{ globPattern: '**/*' }];
      if (this.isWatching) Connection?.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    });
  }

  get onWatchedFilesChange(): (callback: (params: DidChangeWatchedFilesParams) => void) => Disposable {
    return this.watched.event;
  }

  /** Of an opened document as well. */
  didChangeContent({ document }: Change): void {
    this.changed.add(document.uri);
    this.schedule();
  }

  /** What is on disk may be another text. */
  didCloseDocument({ document }: Change): void {
    this.changed.add(document.uri);
    this.reread((project) => project.files.has(document.uri));
  }

  didSaveDocument({ document }: Change): void {
    if (!this.isWatching) this.reread((project) => project.files.has(document.uri));
  }

  didChangeWatchedFiles(params: DidChangeWatchedFilesParams): void {
    this.watched.fire(params);
    const settings = params.changes.some(({ uri }) => basename(URI.parse(uri).path) === configName);
    const { editor } = this.services;
    if (settings) this.reread(() => true);
    else if (params.changes.some((change) => this.matters(change))) {
      const uris = params.changes.map(({ uri }) => uri);
      this.reread((project) => uris.some((uri) => isBelow(uri, editor.Projects.uri(project, ''))));
    }
  }

  private matters({ uri, type }: FileEvent): boolean {
    const { TextDocuments } = this.services.workspace;
    const path = URI.parse(uri);
    if (type !== FileChangeType.Deleted) return path.path.endsWith('.svc') && !TextDocuments?.get(path);
    if (this.isReading) return true;
    return this.services.editor.Projects.all.some(({ files }) => [...files.keys()].some((file) => isBelow(file, uri)));
  }

  private reread(stale: (project: EditorProject) => boolean): void {
    const before = this.stale;
    this.stale = (project) => before(project) || stale(project);
    // What is asked of their open documents from now on waits for the new reading.
    const { editor, workspace } = this.services;
    const projects = editor.Projects.all.filter(stale);
    for (const { uri } of workspace.TextDocuments?.all() ?? []) {
      if (this.isReading || projects.some(({ files }) => files.has(uri))) this.changed.add(uri);
    }
    this.schedule();
  }

  private schedule(): void {
    const { WorkspaceLock, WorkspaceManager, DocumentBuilder } = this.services.workspace;
    WorkspaceLock.cancelWrite();
    for (const uri of this.changed) (DocumentBuilder as DocumentBuilder).touch(URI.parse(uri));
    WorkspaceManager.ready
      .then(() => WorkspaceLock.write((cancel) => this.apply(cancel)))
      .catch((error: unknown) => this.services.lsp.Connection?.console.error(faultOfOurs(error)));
  }

  private async apply(cancel: Cancellation.CancellationToken): Promise<void> {
    const { workspace, editor } = this.services;
    const open = workspace.TextDocuments?.all() ?? [];
    const builder = workspace.DocumentBuilder as DocumentBuilder;
    if (this.stale !== never || editor.Projects.lacks(open)) {
      const stale = this.stale;
      this.stale = never;
      this.isReading = true;
      const { changed, deleted } = await editor.Projects.refresh(open, stale).finally(() => {
        this.isReading = false;
      });
      for (const { uri } of open) this.deleted.delete(uri);
      for (const uri of changed) this.changed.add(uri.toString());
      for (const uri of deleted) this.deleted.add(uri.toString());
    }
    const deleted = [...this.deleted].map((uri) => URI.parse(uri));
    const changed = [...this.changed].map((uri) => URI.parse(uri)).filter((uri) => editor.Projects.of(uri));
    this.changed = new Set();
    this.deleted = new Set();
    for (const uri of changed) builder.touch(uri);
    editor.Findings.note(changed.map((uri) => uri.toString()));
    // Of closed files it is what they are known by.
    for (const project of editor.Projects.all) await editor.Projects.fragments(project, cancel);
    await builder.update(changed, deleted, cancel);
  }
}

const never = (): boolean => false;

function isBelow(uri: string, folder: string): boolean {
  return uri === folder || uri.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function faultOfOurs(error: unknown): string {
  return `This is a fault of Weir itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
