import { DocumentState } from 'langium';
import { createServerRequestHandler } from 'langium/lsp';
import type { Connection, TextDocumentPositionParams } from 'vscode-languageserver';
import type { EditorServices } from '../services.ts';
import type { GeneratedParams } from './generated.ts';

/** Generating waits for this long after a check, in case that another edit comes, in milliseconds. */
const shortestPause = 50;

/** Nor does it take more than a small part of the time in which one types: the pause is so many times what it took last. */
const rest = 3;

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
  let pause = shortestPause;
  const tell = async (): Promise<void> => {
    const begin = performance.now();
    const changes = await Generated.changed();
    pause = Math.max(shortestPause, rest * (performance.now() - begin));
    for (const change of changes) await connection.sendNotification('weir/generatedChanged', change);
  };
  let timer: NodeJS.Timeout | undefined;
  services.workspace.DocumentBuilder.onBuildPhase(DocumentState.Validated, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      tell().catch((error: unknown) => connection.console.error(String(error)));
    }, pause);
  });
}
