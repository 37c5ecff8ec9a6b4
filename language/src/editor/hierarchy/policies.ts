import { type LangiumDocument, URI } from 'langium';
import type { TypeHierarchyProvider } from 'langium/lsp';
import {
  SymbolKind,
  type TypeHierarchyItem,
  type TypeHierarchyPrepareParams,
  type TypeHierarchySubtypesParams,
  type TypeHierarchySupertypesParams,
} from 'vscode-languageserver';
import { indexOf } from '../../model/index-of.ts';
import type { Policy } from '../../model/model.ts';
import { partNames } from '../../model/model.ts';
import { idOf } from '../declared-id.ts';
import { rangeOf } from '../diagnostics/to-protocol.ts';
import { meantAt } from '../names/target.ts';
import type { EditorServices } from '../services.ts';

/** Which policies extend which. */
export class PolicyHierarchy implements TypeHierarchyProvider {
  private readonly shared: EditorServices;

  constructor(shared: EditorServices) {
    this.shared = shared;
  }

  prepareTypeHierarchy(
    document: LangiumDocument,
    { position }: TypeHierarchyPrepareParams,
  ): TypeHierarchyItem[] | undefined {
    const project = this.shared.editor.Projects.of(document.uri);
    const meant = project && meantAt(project, document, position);
    if (!meant || 'package' in meant.target || meant.target.node.$type !== 'Policy') return undefined;
    const policy = this.policy(document.uri, idOf(meant.target.node));
    return policy && this.items(document.uri, [policy]);
  }

  supertypes({ item }: TypeHierarchySupertypesParams): TypeHierarchyItem[] | undefined {
    const uri = URI.parse(item.uri);
    const base = this.policy(uri, this.policy(uri, String(item.data))?.extends?.id);
    return base && this.items(uri, [base]);
  }

  subtypes({ item }: TypeHierarchySubtypesParams): TypeHierarchyItem[] | undefined {
    const uri = URI.parse(item.uri);
    const policies = this.shared.editor.Findings.modelOf(uri)?.policies ?? [];
    const below = policies.filter((policy) => policy.extends?.id === item.data);
    return below.length > 0 ? this.items(uri, below) : undefined;
  }

  private policy(uri: URI, id: string | undefined): Policy | undefined {
    const model = this.shared.editor.Findings.modelOf(uri);
    return model && id !== undefined ? indexOf(model).policies.get(id) : undefined;
  }

  private items(uri: URI, policies: readonly Policy[]): TypeHierarchyItem[] {
    const { Projects } = this.shared.editor;
    const project = Projects.of(uri);
    if (!project) return [];
    return policies.map(({ id, name, parts, at, extent }) => ({
      name,
      kind: SymbolKind.Object,
      detail: partNames.filter((part) => parts[part]).join(', '),
      uri: Projects.uri(project, at.file),
      range: rangeOf(extent),
      selectionRange: rangeOf(at),
      data: id,
    }));
  }
}
