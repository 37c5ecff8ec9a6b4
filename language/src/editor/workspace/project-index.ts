import {
  type AstNode,
  type Cancellation,
  DefaultIndexManager,
  type LangiumDocument,
  type ReferenceDescription,
  type Stream,
  type URI,
} from 'langium';
import type { EditorServices } from '../services.ts';
import type { ClosedFile } from './closed-file.ts';

/** Langium's index of all documents, which also keeps that of each project up to date. */
export class WorkspaceIndex extends DefaultIndexManager {
  private readonly services: EditorServices;
  /** Of each document that is linked: which others it refers to, and whether something that it names means nothing. */
  private readonly targets = new Map<string, { readonly others: ReadonlySet<string>; readonly isBroken: boolean }>();

  constructor(services: EditorServices) {
    super(services);
    this.services = services;
  }

  override async updateContent(document: LangiumDocument, cancel?: Cancellation.CancellationToken): Promise<void> {
    await super.updateContent(document, cancel);
    for (const { index } of this.services.editor.Projects.containing(document.uri)) {
      await index.updateContent(document, cancel);
    }
  }

  /** What a closed file declares; what it names is looked up when somebody asks. */
  takeUp({ uri, space, names }: ClosedFile): void {
    this.symbolIndex.set(uri.toString(), [...names]);
    this.symbolByTypeIndex.clear(uri.toString());
    this.removeReferences(uri);
    for (const { index } of this.services.editor.Projects.containing(uri)) {
      index.updateNames(uri, space.package, [...names]);
    }
  }

  override findAllReferences(target: AstNode, path: string): Stream<ReferenceDescription> {
    return super.findAllReferences(target, path).concat(this.services.editor.ClosedFiles.referencesTo(target, path));
  }

  override async updateReferences(document: LangiumDocument, cancel?: Cancellation.CancellationToken): Promise<void> {
    await super.updateReferences(document, cancel);
    const uri = document.uri.toString();
    const descriptions = this.referenceIndex.get(uri) ?? [];
    this.targets.set(uri, {
      others: new Set(descriptions.filter(({ local }) => !local).map(({ targetUri }) => targetUri.toString())),
      isBroken: document.references.some(({ error }) => error !== undefined),
    });
  }

  override removeReferences(uri: URI): void {
    super.removeReferences(uri);
    this.targets.delete(uri.toString());
  }

  /** Has a document to be linked again, as others have changed? Asked of every open document at every edit. */
  override isAffected(document: LangiumDocument, changed: Set<string>): boolean {
    const targets = this.targets.get(document.uri.toString());
    if (!targets || targets.isBroken) return document.references.length > 0;
    for (const uri of changed) if (targets.others.has(uri)) return true;
    return false;
  }

  override removeContent(uri: URI): void {
    super.removeContent(uri);
    for (const { index } of this.services.editor.Projects.containing(uri)) index.removeContent(uri);
  }
}
