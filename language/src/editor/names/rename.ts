import { type Cancellation, interruptAndCheck, type LangiumDocument } from 'langium';
import type { RenameProvider } from 'langium/lsp';
import {
  LSPErrorCodes,
  type RenameParams,
  ResponseError,
  type TextDocumentPositionParams,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Range } from 'vscode-languageserver-types';
import type { EditorServices } from '../services.ts';
import { capture, clash, whyNotNamed } from './clashes.ts';
import { namingFiles } from './namings.ts';
import type { Occurrence, Occurrences } from './occurrences.ts';
import { type Meant, meantAt } from './target.ts';

/** Gives something another name wherever it is named, unless that would change what any name means. */
export class Rename implements RenameProvider {
  private readonly shared: EditorServices;
  private readonly occurrences: Occurrences;

  constructor(shared: EditorServices, occurrences: Occurrences) {
    this.shared = shared;
    this.occurrences = occurrences;
  }

  prepareRename(document: LangiumDocument, { position }: TextDocumentPositionParams): Range | undefined {
    const meant = this.meant(document, position);
    return meant && (whyForeign(this.occurrences.of(meant.target)) === undefined ? meant.word.range : undefined);
  }

  /** @throws ResponseError with the reason, where the name cannot be given */
  async rename(
    document: LangiumDocument,
    { position, newName }: RenameParams,
    cancel?: Cancellation.CancellationToken,
  ): Promise<WorkspaceEdit | undefined> {
    const meant = this.meant(document, position);
    const project = this.shared.editor.Projects.of(document.uri);
    if (!meant || !project) return undefined;
    const { target } = meant;
    const occurrences = this.occurrences.of(target);
    if (cancel) await interruptAndCheck(cancel);
    const wrong =
      whyForeign(occurrences) ??
      whyNotNamed(target, newName) ??
      clash(project, target, newName) ??
      capture(project, target, newName, { occurrences, files: [...namingFiles(this.shared)] });
    if (wrong !== undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, `${sentence(wrong)}.`);
    const changes: Record<string, TextEdit[]> = {};
    for (const { uri, range } of occurrences) {
      const edits = changes[uri] ?? [];
      edits.push({ range, newText: newName });
      changes[uri] = edits;
    }
    return { changes };
  }

  private meant(document: LangiumDocument, position: Meant['word']['range']['start']): Meant | undefined {
    const project = this.shared.editor.Projects.of(document.uri);
    return project && meantAt(project, document, position);
  }
}

/** A declaration that has no text of its own cannot be changed. */
const whyForeign = (occurrences: readonly Occurrence[]): string | undefined =>
  occurrences.some(({ declares }) => declares) ? undefined : 'it is declared nowhere';

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
