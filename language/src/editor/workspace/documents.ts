import {
  type AstNode,
  type Cancellation,
  DefaultDocumentBuilder,
  DefaultLangiumDocumentFactory,
  DefaultWorkspaceManager,
  DocumentState,
  type LangiumDocument,
  type MaybePromise,
  OperationCancelled,
  type URI,
} from 'langium';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { EditorServices } from '../services.ts';

/** Takes the texts of closed files from their projects, which have read them. */
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

/** Builds documents, and has their projects checked as wholes. */
export class DocumentBuilder extends DefaultDocumentBuilder {
  private readonly services: EditorServices;

  constructor(services: EditorServices) {
    super(services);
    this.services = services;
    this.updateBuildOptions = { validation: true };
  }

  /**
   * Notes at once that a document is not as it was, or is new. A request that comes behind the change then waits for the
   * build that takes it up, and is not answered from the old tree.
   */
  touch(uri: URI): void {
    let document = this.langiumDocuments.getDocument(uri);
    if (!document) {
      document = this.langiumDocumentFactory.fromModel({ $type: 'INVALID' }, uri);
      this.langiumDocuments.addDocument(document);
    }
    document.state = DocumentState.Changed;
    this.currentState = DocumentState.Changed;
  }

  /** The index knows without a look at every reference. */
  protected override shouldRelink(document: LangiumDocument, changed: Set<string>): boolean {
    return this.indexManager.isAffected(document, changed);
  }

  protected override async runCancelable(
    documents: LangiumDocument[],
    state: DocumentState,
    cancel: Cancellation.CancellationToken,
    callback: (document: LangiumDocument) => MaybePromise<unknown>,
  ): Promise<void> {
    const { Findings } = this.services.editor;
    if (state === DocumentState.Validated) await Findings.update(cancel);
    await super.runCancelable(documents, state, cancel, async (document) => {
      // Of what everything refers to an edit has everything linked anew: what the rules have to say does not wait for that.
      if (state === DocumentState.Linked && !this.textDocuments?.get(document.uri)) await Findings.update(cancel);
      await callback(document);
      // The document may have been touched meanwhile: then what has been reached is not its state.
      if (cancel.isCancellationRequested) throw OperationCancelled;
    });
  }
}
