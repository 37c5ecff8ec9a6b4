import type { LangiumDocument } from 'langium';
import type { DocumentHighlightProvider, ReferencesProvider } from 'langium/lsp';
import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type DocumentHighlightParams,
  type Location,
  type Position,
  type ReferenceParams,
} from 'vscode-languageserver';
import type { EditorServices } from '../services.ts';
import type { Occurrence, Occurrences } from './occurrences.ts';
import { meantAt } from './target.ts';

/** Where what stands at the cursor is named: in all files, or in this one. */
export class References implements ReferencesProvider, DocumentHighlightProvider {
  private readonly shared: EditorServices;
  private readonly occurrences: Occurrences;

  constructor(shared: EditorServices, occurrences: Occurrences) {
    this.shared = shared;
    this.occurrences = occurrences;
  }

  findReferences(document: LangiumDocument, { position, context }: ReferenceParams): Location[] {
    return this.at(document, position)
      .filter(({ declares }) => context.includeDeclaration || !declares)
      .map(({ uri, range }) => ({ uri, range }));
  }

  getDocumentHighlight(document: LangiumDocument, { position }: DocumentHighlightParams): DocumentHighlight[] {
    const own = document.uri.toString();
    return this.at(document, position)
      .filter(({ uri }) => uri === own)
      .map(({ range, declares, writes }) => ({
        range,
        kind: declares || writes ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
      }));
  }

  private at(document: LangiumDocument, position: Position): Occurrence[] {
    const project = this.shared.editor.Projects.of(document.uri);
    const meant = project && meantAt(project, document, position);
    return meant ? this.occurrences.of(meant.target) : [];
  }
}
