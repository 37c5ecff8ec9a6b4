import { DocumentState } from 'langium';
import { CodeLensRefreshRequest, type Connection, InlayHintRefreshRequest } from 'vscode-languageserver';
import type { EditorServices } from '../services.ts';

/** Who types is not interrupted; milliseconds. */
const quiet = 300;

/**
 * Asks the editor to ask again for hints and lenses when an edit has changed what those of other open files say: how
 * often something is called does not stand where it is declared.
 */
export function refreshOthers(connection: Connection, services: EditorServices): void {
  const { LanguageServer } = services.lsp;
  const { DocumentBuilder, TextDocuments } = services.workspace;
  // Of what is built the rest was edited by nobody, and so the editor has no reason to ask for it again.
  const edited = new Set<string>();
  TextDocuments.onDidChangeContent(({ document }) => void edited.add(document.uri));
  const asked: (() => Promise<void>)[] = [];
  LanguageServer.onInitialize(({ capabilities: { workspace } }) => {
    if (workspace?.inlayHint?.refreshSupport) asked.push(() => connection.sendRequest(InlayHintRefreshRequest.type));
    if (workspace?.codeLens?.refreshSupport) asked.push(() => connection.sendRequest(CodeLensRefreshRequest.type));
  });
  let timer: NodeJS.Timeout | undefined;
  DocumentBuilder.onBuildPhase(DocumentState.Validated, () => {
    const isKnown = TextDocuments.all().every(({ uri }) => edited.has(uri));
    edited.clear();
    if (asked.length === 0 || isKnown) return;
    clearTimeout(timer);
    // The editor may be gone by then, or have none.
    timer = setTimeout(() => asked.forEach((ask) => void ask().catch(() => undefined)), quiet);
    timer.unref();
  });
}
