import {
  type AstNode,
  type Cancellation,
  DefaultDocumentBuilder,
  DefaultLangiumDocumentFactory,
  DefaultLangiumDocuments,
  DefaultWorkspaceManager,
  DocumentState,
  interruptAndCheck,
  type LangiumDocument,
  type MaybePromise,
  OperationCancelled,
  type URI,
} from 'langium';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { EditorServices } from '../services.ts';
import type { ClosedFiles } from './closed-files.ts';
import type { Turns } from './turns.ts';

/** The text of a file that has been closed meanwhile is that of its project, which has read it. */
export class DocumentFactory extends DefaultLangiumDocumentFactory {
  private readonly services: EditorServices;

  constructor(services: EditorServices) {
    super(services);
    this.services = services;
  }

  protected override async getUpdatedText<T extends AstNode>(
    document: LangiumDocument<T>,
    open: TextDocument | undefined,
  ): Promise<string> {
    return open?.getText() ?? this.services.editor.Projects.textOf(document.uri) ?? '';
  }
}

/** Reads nothing at the start: a project is read when one of its files is opened. */
export class WorkspaceManager extends DefaultWorkspaceManager {
  protected override async performStartup(): Promise<LangiumDocument[]> {
    this._ready.resolve();
    return [];
  }
}

/** The documents of open files, which are built, and where one asks for a closed file by name, its document as well. */
export class Documents extends DefaultLangiumDocuments {
  private readonly closed: () => ClosedFiles;

  constructor(services: EditorServices) {
    super(services);
    this.closed = () => services.editor.ClosedFiles;
  }

  override getDocument(uri: URI): LangiumDocument | undefined {
    return super.getDocument(uri) ?? this.closed().document(uri);
  }
}

/** Builds the documents of open files, and has their projects checked as wholes. */
export class DocumentBuilder extends DefaultDocumentBuilder {
  private readonly services: EditorServices;
  /** The closed files that say something else than before the last update. */
  private changedClosed: ReadonlySet<string> = new Set();

  constructor(services: EditorServices) {
    super(services);
    this.services = services;
    this.updateBuildOptions = { validation: true };
  }

  /**
   * Notes at once that an open document is not as it was, or is new. A request that comes behind the change then waits for
   * the build that takes it up, and is not answered from the old tree.
   */
  touch(uri: URI): void {
    this.currentState = DocumentState.Changed;
    const isKnown = this.langiumDocuments.hasDocument(uri);
    if (!isKnown && !this.isOpen(uri)) return;
    const document =
      this.langiumDocuments.getDocument(uri) ?? this.langiumDocumentFactory.fromModel({ $type: 'INVALID' }, uri);
    if (!isKnown) this.langiumDocuments.addDocument(document);
    document.state = DocumentState.Changed;
  }

  override async update(_: URI[], deleted: URI[], cancel?: Cancellation.CancellationToken): Promise<void> {
    const { ClosedFiles } = this.services.editor;
    const documents = this.langiumDocuments.all.toArray();
    const closed = documents.filter(({ uri }) => !this.isOpen(uri));
    for (const { uri } of closed) this.close(uri);
    this.changedClosed = new Set([...ClosedFiles.takeUp(), ...closed.map(({ uri }) => uri.toString())]);
    ClosedFiles.unlink();
    // More than `changed`: also what an update would have taken up that was cancelled before it came here.
    const touched = documents.filter(({ uri, state }) => state === DocumentState.Changed && this.isOpen(uri));
    await super.update(
      touched.map(({ uri }) => uri),
      deleted,
      cancel,
    );
  }

  private isOpen(uri: URI): boolean {
    return this.textDocuments?.get(uri) !== undefined;
  }

  private close(uri: URI): void {
    this.langiumDocuments.deleteDocument(uri);
    this.buildState.delete(uri.toString());
    this.indexManager.remove(uri);
    // It may have been opened for so short a time that it still counts as closed, with a document that is not.
    this.services.editor.ClosedFiles.forget(uri);
  }

  /** The index knows without a look at every reference. */
  protected override shouldRelink(document: LangiumDocument, changed: Set<string>): boolean {
    return this.indexManager.isAffected(document, new Set([...changed, ...this.changedClosed]));
  }

  protected override async runCancelable(
    documents: LangiumDocument[],
    state: DocumentState,
    cancel: Cancellation.CancellationToken,
    callback: (document: LangiumDocument) => MaybePromise<unknown>,
  ): Promise<void> {
    const { Findings } = this.services.editor;
    const turns = this.services.workspace.WorkspaceLock as Turns;
    if (state === DocumentState.IndexedReferences) {
      // Who waited for names to mean something, as completion does, is answered first.
      await turns.leave(cancel);
      await Findings.read(cancel);
      await turns.sent();
    }
    if (state === DocumentState.Validated) await Findings.update(cancel);
    await super.runCancelable(documents, state, cancel, async (document) => {
      await callback(document);
      // The document may have been touched meanwhile: then what has been reached is not its state.
      if (cancel.isCancellationRequested) throw OperationCancelled;
    });
  }

  /**
   * Also where no document had to be built: who waits for the workspace waits for this. What has been touched meanwhile is
   * not what the workspace has reached, and who waits for that waits for the next build.
   */
  protected override async notifyBuildPhase(
    documents: LangiumDocument[],
    state: DocumentState,
    cancel: Cancellation.CancellationToken,
  ): Promise<void> {
    for (const listener of [...this.buildPhaseListeners.get(state)]) {
      await interruptAndCheck(cancel);
      await listener(documents, cancel);
    }
    if (cancel.isCancellationRequested) throw OperationCancelled;
  }
}
