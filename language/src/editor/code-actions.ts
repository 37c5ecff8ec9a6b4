import type { LangiumDocument } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Range,
  type TextEdit,
} from 'vscode-languageserver';
import type { Findings } from './diagnostics/findings.ts';

/** The mends of the findings under the cursor. One that mends several findings is offered once. */
export class QuickFixes implements CodeActionProvider {
  private readonly findings: Findings;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  getCodeActions(document: LangiumDocument, { range, context }: CodeActionParams): CodeAction[] {
    const wanted = context.only?.some((kind) => CodeActionKind.QuickFix.startsWith(kind)) ?? true;
    if (!wanted) return [];
    const actions = new Map<string, CodeAction>();
    for (const { diagnostic, mends } of this.findings.of(document.uri)) {
      if (!touches(diagnostic.range, range)) continue;
      for (const { title, changes } of mends) {
        const key = JSON.stringify([title, changes]);
        const known = actions.get(key)?.diagnostics ?? [];
        actions.set(key, {
          title,
          kind: CodeActionKind.QuickFix,
          diagnostics: [...known, diagnostic],
          isPreferred: mends.length === 1,
          edit: { changes: changes as Record<string, TextEdit[]> },
        });
      }
    }
    return [...actions.values()];
  }
}

function touches(a: Range, b: Range): boolean {
  return !isBefore(a, b) && !isBefore(b, a);
}

function isBefore(a: Range, b: Range): boolean {
  return a.end.line < b.start.line || (a.end.line === b.start.line && a.end.character < b.start.character);
}
