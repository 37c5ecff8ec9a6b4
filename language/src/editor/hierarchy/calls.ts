import { type AstNode, type LangiumDocument, URI } from 'langium';
import type { CallHierarchyProvider } from 'langium/lsp';
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyIncomingCallsParams,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CallHierarchyOutgoingCallsParams,
  type CallHierarchyPrepareParams,
  type Range,
  SymbolKind,
} from 'vscode-languageserver';
import { type CallEdge, type CallNode, callGraph } from '../../model/call-graph.ts';
import type { Model } from '../../model/model.ts';
import { attemptsOf } from '../../model/worst-case.ts';
import { edgePlace } from '../../rules/edges.ts';
import { labelOf, lastOf } from '../../rules/naming.ts';
import { callNodeOf, isCaller } from '../declared-id.ts';
import { rangeOf } from '../diagnostics/to-protocol.ts';
import { meantAt } from '../names/target.ts';
import type { EditorServices } from '../services.ts';
import type { EditorProject } from '../workspace/projects.ts';

interface Known {
  readonly project: EditorProject;
  readonly model: Model;
}

/** Callers and callees of operations and event handlers, with how often each call may be sent. */
export class CallHierarchy implements CallHierarchyProvider {
  private readonly shared: EditorServices;

  constructor(shared: EditorServices) {
    this.shared = shared;
  }

  prepareCallHierarchy(
    document: LangiumDocument,
    { position }: CallHierarchyPrepareParams,
  ): CallHierarchyItem[] | undefined {
    const known = this.known(document.uri);
    const meant = known && meantAt(known.project, document, position);
    if (!known || !meant || 'package' in meant.target) return undefined;
    const nodes = callers(meant.target.node).flatMap((caller) => callNodeOf(known.model, caller) ?? []);
    return nodes.length > 0 ? nodes.map((node) => this.item(known, node)) : undefined;
  }

  incomingCalls({ item }: CallHierarchyIncomingCallsParams): CallHierarchyIncomingCall[] | undefined {
    const found = this.node(item);
    if (!found) return undefined;
    const { known, node } = found;
    return grouped(node.incoming, ({ from }) => from).map(([from, edges]) => ({
      from: { ...this.item(known, from), detail: detailOf(edges) },
      fromRanges: edges.map(rangeOfCall),
    }));
  }

  outgoingCalls({ item }: CallHierarchyOutgoingCallsParams): CallHierarchyOutgoingCall[] | undefined {
    const found = this.node(item);
    if (!found) return undefined;
    const { known, node } = found;
    return grouped(node.outgoing, ({ to }) => to).map(([to, edges]) => ({
      to: { ...this.item(known, to), detail: detailOf(edges) },
      fromRanges: edges.map(rangeOfCall),
    }));
  }

  private node({ uri, data }: CallHierarchyItem): { readonly known: Known; readonly node: CallNode } | undefined {
    const known = this.known(URI.parse(uri));
    const node = known && callGraph(known.model).nodes.get(String(data));
    return known && node && { known, node };
  }

  private known(uri: URI): Known | undefined {
    const { Projects, Findings } = this.shared.editor;
    const project = Projects.of(uri);
    const model = Findings.modelOf(uri);
    return project && model && { project, model };
  }

  private item({ project }: Known, { id, kind, declaration }: CallNode): CallHierarchyItem {
    return {
      name: labelOf(declaration),
      kind: kind === 'operation' ? SymbolKind.Method : SymbolKind.Event,
      detail: declaration.package,
      uri: this.shared.editor.Projects.uri(project, declaration.at.file),
      range: rangeOf(declaration.extent),
      selectionRange: rangeOf(declaration.at),
      data: id,
    };
  }
}

/** Of a service all that it has. */
function callers(node: AstNode): readonly AstNode[] {
  if (isCaller(node)) return [node];
  const members = 'members' in node && Array.isArray(node.members) ? (node.members as AstNode[]) : [];
  return members.filter(isCaller);
}

function grouped(edges: readonly CallEdge[], of: (edge: CallEdge) => CallNode): [CallNode, CallEdge[]][] {
  return [...Map.groupBy(edges, of)];
}

/** `3 attempts × 2, optional`: what the calls of one to another say. */
function detailOf(edges: readonly CallEdge[]): string {
  const texts = edges.map((edge) => {
    const { item, policy } = edge;
    const attempts = attemptsOf(edge);
    const times = item.times > 1 ? ` × ${item.times}` : '';
    const from = policy.retry?.from.policy;
    const because = attempts > 1 && from !== undefined ? ` by ${lastOf(from)}` : '';
    return `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}${times}${because}${item.optional ? ', optional' : ''}`;
  });
  return [...new Set(texts)].join('; ');
}

const rangeOfCall = ({ item }: CallEdge): Range => rangeOf(edgePlace(item));
