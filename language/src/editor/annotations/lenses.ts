import { type AstNode, GrammarUtils, type LangiumDocument, URI } from 'langium';
import type { CodeLens, CodeLensParams, Command, Location } from 'vscode-languageserver';
import type { Consumer, Declaration, File, Operation } from '../../grammar/generated/ast.ts';
import { type CallNode, callGraph } from '../../model/call-graph.ts';
import { worstOfNode } from '../../model/worst-case.ts';
import { edgePlace } from '../../rules/edges.ts';
import { idOf, isCaller } from '../declared-id.ts';
import { rangeOf } from '../diagnostics/to-protocol.ts';
import type { EditorServices } from '../services.ts';

/** The command of a lens: an editor that knows it shows the places that it is given. */
const showCallers = 'weir.showCallers';

/** Shows a declaration in the picture: only for who has said to know it, as most editors have no picture. */
const showInTopology = 'weir.showInTopology';

interface LensData {
  readonly uri: string;
  readonly id: string;
}

/** Above each operation and handler who calls it and how long its calls can take: worked out when it is looked at. */
export class Lenses {
  private readonly shared: EditorServices;
  private hasPicture = false;

  constructor(shared: EditorServices) {
    this.shared = shared;
    shared.lsp.LanguageServer.onInitialize(({ initializationOptions }) => {
      const commands: unknown = initializationOptions?.commands;
      this.hasPicture = Array.isArray(commands) && commands.includes(showInTopology);
    });
  }

  provideCodeLens(document: LangiumDocument, _: CodeLensParams): CodeLens[] {
    const { declarations = [] } = document.parseResult.value as File;
    const uri = document.uri.toString();
    return [...this.intoPicture(declarations, uri), ...this.ofCallers(declarations, uri)];
  }

  private intoPicture(declarations: readonly AstNode[], uri: string): CodeLens[] {
    if (!this.hasPicture) return [];
    return declarations.filter(isDrawn).flatMap(({ $cstNode }) => {
      const name = GrammarUtils.findNodeForProperty($cstNode, 'name');
      if (!name) return [];
      const command = {
        title: 'open in topology',
        command: showInTopology,
        arguments: [uri, name.range.start],
      };
      return [{ range: name.range, command }];
    });
  }

  private ofCallers(declarations: readonly Declaration[], uri: string): CodeLens[] {
    return declarations
      .flatMap((one): readonly AstNode[] => (one.$type === 'Service' || one.$type === 'External' ? one.members : []))
      .filter(isCaller)
      .flatMap((caller): CodeLens[] => {
        const id = idOf(caller);
        const name = nameOf(caller);
        return id === undefined || !name ? [] : [{ range: name.range, data: { uri, id } satisfies LensData }];
      });
  }

  resolve(lens: CodeLens): CodeLens {
    if (lens.command) return lens;
    const { uri, id } = lens.data as LensData;
    const { Findings, Projects } = this.shared.editor;
    const model = Findings.modelOf(URI.parse(uri));
    const project = Projects.of(URI.parse(uri));
    const node = model && callGraph(model).nodes.get(id);
    if (!model || !project || !node) return { ...lens, command: { title: 'not called', command: '' } };
    const { ms } = worstOfNode(model, node);
    const worst =
      node.outgoing.length > 0 ? `worst path ${Number.isFinite(ms) ? roughly(ms) : 'unbounded'}` : undefined;
    const title = [callers(node), worst].filter((text) => text !== undefined).join(', ');
    const places = node.incoming.map(
      ({ item }): Location => ({ uri: Projects.uri(project, item.at.file), range: rangeOf(edgePlace(item)) }),
    );
    const command: Command =
      places.length > 0
        ? { title, command: showCallers, arguments: [uri, lens.range.start, places] }
        : { title, command: '' };
    return { ...lens, command };
  }
}

/** What is a node of its own in the picture. */
const isDrawn = ({ $type }: AstNode): boolean =>
  ['Service', 'External', 'Resource', 'Gateway', 'BoundedContext'].includes($type);

function nameOf(caller: Operation | Consumer): ReturnType<typeof GrammarUtils.findNodeForProperty> {
  return (
    GrammarUtils.findNodeForProperty(caller.$cstNode, 'name') ??
    GrammarUtils.findNodeForProperty(caller.$cstNode, 'event')
  );
}

function callers({ kind, incoming }: CallNode): string | undefined {
  if (kind === 'consumer') return incoming.length > 0 ? undefined : 'handles an event';
  if (incoming.length === 0) return 'no callers';
  return `${incoming.length} ${incoming.length === 1 ? 'caller' : 'callers'}`;
}

/** `800 ms`, `1.4 s`: as one reads it at a glance. */
function roughly(ms: number): string {
  return ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : `${Number((ms / 1000).toPrecision(3))} s`;
}
