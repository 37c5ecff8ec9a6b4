import { type Cancellation, interruptAndCheck } from 'langium';
import type { WorkspaceSymbolProvider } from 'langium/lsp';
import type { WorkspaceSymbol, WorkspaceSymbolParams } from 'vscode-languageserver';
import { lastOf } from '../../rules/naming.ts';
import type { EditorServices } from '../services.ts';

/** Nobody reads on; the list is asked for again when more has been typed. */
const mostShown = 500;

/** After so many names whoever waits has a turn. */
const atOnce = 2000;

/** Declarations and operations of all projects, found by their names or by what stands before these. */
export class WorkspaceSymbols implements WorkspaceSymbolProvider {
  private readonly shared: EditorServices;

  constructor(shared: EditorServices) {
    this.shared = shared;
  }

  async getSymbols(
    { query }: WorkspaceSymbolParams,
    cancel?: Cancellation.CancellationToken,
  ): Promise<WorkspaceSymbol[]> {
    const { FuzzyMatcher, NodeKindProvider } = this.shared.lsp;
    const found: WorkspaceSymbol[] = [];
    let seen = 0;
    for (const description of this.shared.workspace.IndexManager.allElements()) {
      if (cancel && ++seen % atOnce === 0) await interruptAndCheck(cancel);
      const { name: full, nameSegment, documentUri } = description;
      const name = lastOf(full);
      const owner = full.slice(0, Math.max(0, full.length - name.length - 1));
      const searched = query.includes('.') ? `${lastOf(owner)}.${name}` : name;
      if (!nameSegment || !(FuzzyMatcher.match(query, searched) || full.startsWith(query))) continue;
      found.push({
        name,
        kind: NodeKindProvider.getSymbolKind(description),
        ...(owner === '' ? {} : { containerName: owner }),
        location: { uri: documentUri.toString(), range: nameSegment.range },
      });
      if (found.length === mostShown) break;
    }
    return found;
  }
}
