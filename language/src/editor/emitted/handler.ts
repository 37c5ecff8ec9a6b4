import { DocumentState } from 'langium';
import { createServerRequestHandler } from 'langium/lsp';
import type { Connection, TextDocumentPositionParams } from 'vscode-languageserver';
import type { EditorServices } from '../services.ts';
import type { GeneratedParams } from './generated.ts';

/** Generating waits for this long after a check, in case that another edit comes, in milliseconds. */
const pause = 50;

/** Answers `weir/generated` and `weir/generatedTargets`, and tells by `weir/generatedChanged` of what would be answered otherwise. */
export function addGenerated(connection: Connection, services: EditorServices): void {
  const { Generated } = services.editor;
  const checked = DocumentState.Validated;
  connection.onRequest(
    'weir/generated',
    createServerRequestHandler(
      (_, document, params: GeneratedParams) => Generated.answer(document, params),
      services,
      checked,
    ),
  );
  connection.onRequest(
    'weir/generatedTargets',
    createServerRequestHandler(
      (_, document, { position }: TextDocumentPositionParams) => Generated.targets(document, position),
      services,
      checked,
    ),
  );
  const tell = async (): Promise<void> => {
    for (const change of await Generated.changed()) await connection.sendNotification('weir/generatedChanged', change);
  };
  let timer: NodeJS.Timeout | undefined;
  services.workspace.DocumentBuilder.onBuildPhase(DocumentState.Validated, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      tell().catch((error: unknown) => connection.console.error(String(error)));
    }, pause);
  });
}
