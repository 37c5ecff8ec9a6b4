import { join } from 'node:path';
import type { AstNode, LangiumDocument } from 'langium';
import type { ImplementationProvider } from 'langium/lsp';
import type { ImplementationParams, LocationLink } from 'vscode-languageserver';
import { serviceNames } from '../../emit/typescript/service-names.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model } from '../../model/model.ts';
import { readIfThere } from '../../project/file-system.ts';
import { idOf, isCaller } from '../declared-id.ts';
import { meantAt } from '../names/target.ts';
import type { EditorServices } from '../services.ts';
import type { EditorProject } from '../workspace/projects.ts';

/** From an operation or event handler to the TypeScript that a person has written for it. */
export class Implementations implements ImplementationProvider {
  private readonly shared: EditorServices;

  constructor(shared: EditorServices) {
    this.shared = shared;
  }

  async getImplementation(
    document: LangiumDocument,
    { position }: ImplementationParams,
  ): Promise<LocationLink[] | undefined> {
    const { Projects, Findings, Host } = this.shared.editor;
    const project = Projects.of(document.uri);
    const model = Findings.modelOf(document.uri);
    const meant = project && meantAt(project, document, position);
    if (!project || !model || !meant || 'package' in meant.target) return undefined;
    const handler = handlerOf(model, project, meant.target.node);
    const bytes = handler && (await readIfThere(Host.files, join(project.root, handler.path)));
    if (!handler || !bytes) return undefined;
    const range = placeOf(new TextDecoder().decode(bytes), handler.constant);
    const targetUri = Host.uriOf(join(project.shownRoot, handler.path)).toString();
    return [{ targetUri, targetRange: range, targetSelectionRange: range, originSelectionRange: meant.word.range }];
  }
}

/** The file of a handler, relative to the project, and what it exports there; of a service the list of its handlers. */
function handlerOf(
  model: Model,
  { config }: EditorProject,
  node: AstNode,
): { readonly path: string; readonly constant: string } | undefined {
  const id = idOf(node) ?? '';
  const owner = isCaller(node) ? idOf(node.$container) : id;
  const service = indexOf(model).services.get(owner ?? '');
  if (!service) return undefined;
  const { folder, handlers } = serviceNames(model, service, config.services);
  if (!isCaller(node)) return { path: `${folder}/src/handlers/index.ts`, constant: 'handlers' };
  const found = handlers.find(({ declaration }) => declaration.id === id);
  return found && { path: `${folder}/src/handlers/${found.file}`, constant: found.constant };
}

function placeOf(text: string, constant: string): LocationLink['targetRange'] {
  const lines = text.split(/\r?\n/);
  const declaration = new RegExp(`^export (?:const|(?:async )?function) ${constant}\\b`);
  const line = Math.max(
    0,
    lines.findIndex((one) => declaration.test(one)),
  );
  const character = Math.max(0, lines[line]?.indexOf(constant) ?? 0);
  return { start: { line, character }, end: { line, character: character + constant.length } };
}
