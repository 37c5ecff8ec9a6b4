import type { LangiumDocument } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  type Range,
  type TextEdit,
} from 'vscode-languageserver';
import type { Findings } from './diagnostics/findings.ts';
import type { Generated } from './emitted/generated.ts';

/** All fixes of a document at once, as editors make them when a file is saved, if their user wishes. */
const fixAll = `${CodeActionKind.SourceFixAll}.weir`;

/** Shows what is generated; the command is the client's. */
const generatedKind = 'weir.generated';
const showGenerated = 'weir.showGenerated';

/** The mends of the findings under the cursor, each once though it mends several, and all that leave no choice. */
export class QuickFixes implements CodeActionProvider {
  private readonly findings: Findings;
  private readonly generated: Generated;

  constructor(findings: Findings, generated: Generated) {
    this.findings = findings;
    this.generated = generated;
  }

  async getCodeActions(document: LangiumDocument, { range, context }: CodeActionParams): Promise<CodeAction[]> {
    const { only, triggerKind } = context;
    const isInvoked = triggerKind === CodeActionTriggerKind.Invoked;
    return [
      ...(isWanted(CodeActionKind.QuickFix, only ?? ['']) ? this.quickFixes(document, range) : []),
      // Nobody looks for it under the cursor: it is for who asks.
      ...(isWanted(fixAll, only ?? []) ? this.allFixes(document) : []),
      // Nor does it light a lamp wherever the cursor goes.
      ...(isWanted(generatedKind, only ?? (isInvoked ? [''] : [])) ? await this.shown(document, range) : []),
    ];
  }

  private quickFixes(document: LangiumDocument, range: Range): CodeAction[] {
    const actions = new Map<string, CodeAction>();
    for (const { diagnostic, mends } of this.findings.of(document.uri)) {
      if (!touches(diagnostic.range, range)) continue;
      for (const { title, preferred, changes } of mends) {
        const key = JSON.stringify([title, changes]);
        const known = actions.get(key)?.diagnostics ?? [];
        actions.set(key, {
          title,
          kind: CodeActionKind.QuickFix,
          diagnostics: [...known, diagnostic],
          isPreferred: preferred,
          edit: { changes: changes as Record<string, TextEdit[]> },
        });
      }
    }
    return [...actions.values()];
  }

  private async shown(document: LangiumDocument, { start }: Range): Promise<CodeAction[]> {
    const of = await this.generated.targets(document, start);
    return (of?.targets ?? []).map(({ target, title: name }) => {
      const title = `Show generated ${name}`;
      const args = [document.uri.toString(), start, target];
      return { title, kind: generatedKind, command: { title, command: showGenerated, arguments: args } };
    });
  }

  private allFixes(document: LangiumDocument): CodeAction[] {
    const edits = this.findings.fixesOf(document);
    if (edits.length === 0) return [];
    const edit = { changes: { [document.uri.toString()]: edits } };
    return [{ title: 'Make all fixes that leave no choice', kind: fixAll, edit }];
  }
}

/** Kinds are hierarchical: who asks for `source` also asks for `source.fixAll.weir`. */
function isWanted(kind: string, only: readonly string[]): boolean {
  return only.some((wanted) => wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`));
}

function touches(a: Range, b: Range): boolean {
  return !isBefore(a, b) && !isBefore(b, a);
}

function isBefore(a: Range, b: Range): boolean {
  return a.end.line < b.start.line || (a.end.line === b.start.line && a.end.character < b.start.character);
}
