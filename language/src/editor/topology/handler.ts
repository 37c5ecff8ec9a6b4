import { DocumentState } from 'langium';
import { createServerRequestHandler } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import type { EditorServices } from '../services.ts';
import { Topology, type TopologyParams } from './topology.ts';

/** Drawing waits after a check in case that another edit comes: for this share of what the last picture took. */
const pause = { share: 0.1, most: 20 } as const;

/** Answers `weir/topology`, and tells by `weir/topologyChanged` when it would answer otherwise. */
export function addTopology(connection: Connection, services: EditorServices): void {
  const topology = new Topology(services);
  connection.onRequest(
    'weir/topology',
    createServerRequestHandler(
      (_, document, params: TopologyParams) => topology.answer(document, params),
      services,
      DocumentState.Validated,
    ),
  );
  const tell = async (): Promise<void> => {
    for (const uri of await topology.changed()) await connection.sendNotification('weir/topologyChanged', { uri });
  };
  let timer: NodeJS.Timeout | undefined;
  let took = 0;
  services.workspace.DocumentBuilder.onBuildPhase(DocumentState.Validated, () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        const since = performance.now();
        tell()
          .catch((error: unknown) => connection.console.error(String(error)))
          .finally(() => {
            took = performance.now() - since;
          });
      },
      Math.min(pause.most, pause.share * took),
    );
  });
}
