import { dirname, join, relative } from 'node:path';
import { URI } from 'langium';
import {
  type CancellationToken,
  type Connection,
  type Location,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import { serviceNames, servicesHere } from '../../emit/typescript/service-names.ts';
import type { Declared, Member, Model } from '../../model/model.ts';
import { ProjectError } from '../../project/fault.ts';
import { loadProject } from '../../project/project.ts';
import { readModel } from '../../syntax/read.ts';
import { rangeOf } from '../diagnostics/to-protocol.ts';
import type { Host } from '../host.ts';
import type { EditorServices } from '../services.ts';
import { realPath } from '../workspace/overlay.ts';

/** What a handler's file handles. */
export interface RpcOf {
  readonly name: string;
  readonly location: Location;
}

/** Answers `weir/rpcOf`. */
export function addRpcOf(connection: Connection, services: EditorServices): void {
  connection.onRequest(
    'weir/rpcOf',
    async ({ textDocument }: { textDocument: { uri: string } }, cancel: CancellationToken) => {
      const found = await services.workspace.WorkspaceLock.read(() => rpcOf(services, textDocument.uri));
      if (cancel.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
      return found;
    },
  );
}

/** From the TypeScript of a handler back to its operation or event handler, and from the list of handlers to the service. */
async function rpcOf(services: EditorServices, uri: string): Promise<RpcOf | null> {
  const { Projects, Findings, Host } = services.editor;
  const shown = Host.pathOf(URI.parse(uri));
  if (!shown?.endsWith('.ts')) return null;
  const path = await realPath(Host.files, shown);
  for (const project of Projects.all) {
    const inside = below(project.root, path);
    const [own] = project.files.keys();
    const model = own === undefined ? undefined : Findings.modelOf(URI.parse(own));
    const found = inside && model && handledBy(model, project.config.services, inside);
    if (found) return answer(found, (file) => Projects.uri(project, file));
  }
  return ofClosedProject(path, Host);
}

/** Of a project that nobody has opened a `.svc` file of. */
async function ofClosedProject(path: string, host: Host): Promise<RpcOf | null> {
  try {
    const { root, config, sources } = await loadProject(dirname(path), host.files);
    const inside = below(root, path);
    if (inside === undefined || !inside.startsWith(`${config.services}/`)) return null;
    const found = handledBy(await readModel(sources), config.services, inside);
    return found ? answer(found, (file) => host.uriOf(join(root, file)).toString()) : null;
  } catch (error) {
    if (error instanceof ProjectError) return null;
    throw error;
  }
}

type Handled = Pick<Declared & Member, 'name' | 'at'>;

function handledBy(model: Model, folder: string, path: string): Handled | undefined {
  if (!path.startsWith(`${folder}/`)) return undefined;
  for (const service of servicesHere(model)) {
    const names = serviceNames(model, service, folder);
    const handlers = `${names.folder}/src/handlers/`;
    if (!path.startsWith(handlers)) continue;
    const file = path.slice(handlers.length);
    if (file === 'index.ts') return service;
    const found = names.handlers.find((one) => one.file === file)?.declaration;
    return found && { name: `${service.name}.${found.name}`, at: found.at };
  }
  return undefined;
}

const answer = ({ name, at }: Handled, uriOf: (file: string) => string): RpcOf => ({
  name,
  location: { uri: uriOf(at.file), range: rangeOf(at) },
});

function below(root: string, path: string): string | undefined {
  const inside = relative(root, path).replaceAll('\\', '/');
  return inside === '' || inside.startsWith('../') ? undefined : inside;
}
