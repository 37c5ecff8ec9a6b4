import { type Cancellation, DefaultIndexManager, type LangiumDocument, type URI } from 'langium';
import type { EditorServices } from '../services.ts';

/** Langium's index of all documents, which also keeps that of each project up to date. */
export class WorkspaceIndex extends DefaultIndexManager {
  private readonly services: EditorServices;

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

  override removeContent(uri: URI): void {
    super.removeContent(uri);
    for (const { index } of this.services.editor.Projects.containing(uri)) index.removeContent(uri);
  }
}
