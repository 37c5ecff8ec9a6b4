import { setImmediate as turn } from 'node:timers/promises';
import { Cancellation, interruptAndCheck, type LangiumDocument } from 'langium';
import type { Formatter } from 'langium/lsp';
import type {
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  Range,
  TextEdit,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { formatText } from './format.ts';

/** `weir fmt` in the editor. A text with syntax errors is left alone. */
export class DocumentFormatter implements Formatter {
  readonly formatOnTypeOptions = { firstTriggerCharacter: '}' };

  async formatDocument(
    document: LangiumDocument,
    _?: unknown,
    cancel = Cancellation.CancellationToken.None,
  ): Promise<TextEdit[]> {
    // What is cancelled at once, as by the next key stroke, is not done at all: of a large file it takes its time.
    await turn();
    await interruptAndCheck(cancel);
    return this.edits(document);
  }

  private edits({ textDocument }: LangiumDocument): TextEdit[] {
    const { text } = formatText(textDocument.getText());
    return text === undefined ? [] : editsBetween(textDocument, text);
  }

  /** Of what formatting the whole would change, what lies in the range. */
  formatDocumentRange(document: LangiumDocument, { range }: Pick<DocumentRangeFormattingParams, 'range'>): TextEdit[] {
    return this.edits(document).filter((edit) => isWithin(edit.range, range));
  }

  /** The block that a brace has closed. */
  formatDocumentOnType(document: LangiumDocument, { position }: DocumentOnTypeFormattingParams): TextEdit[] {
    const { textDocument } = document;
    const end = textDocument.offsetAt(position);
    const start = openerBefore(textDocument.getText(), end);
    if (start === undefined) return [];
    const line = { line: textDocument.positionAt(start).line, character: 0 };
    return this.formatDocumentRange(document, { range: { start: line, end: position } });
  }
}

/** Where the brace stands that the one before an offset closes; those in strings and comments do not count. */
function openerBefore(text: string, end: number): number | undefined {
  const open: number[] = [];
  for (const { index, 0: piece } of text
    .slice(0, end)
    .matchAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|[{}]/g)) {
    if (piece === '{') open.push(index);
    if (piece === '}') {
      const opener = open.pop();
      if (index === end - 1) return opener;
    }
  }
  return undefined;
}

function isWithin(inner: Range, outer: Range): boolean {
  const starts = inner.start.line - outer.start.line || inner.start.character - outer.start.character;
  const ends = outer.end.line - inner.end.line || outer.end.character - inner.end.character;
  return starts >= 0 && ends >= 0;
}

const gap = /\s*/y;

/**
 * One edit for each gap between words that differs, so that cursors, selections and breakpoints stay where they are:
 * formatting changes white space only. Should it have changed more, one edit for the whole.
 */
function editsBetween(document: TextDocument, formatted: string): TextEdit[] {
  const text = document.getText();
  const edits: TextEdit[] = [];
  let from = 0;
  let to = 0;
  while (from < text.length || to < formatted.length) {
    const before = gapAt(text, from);
    const after = gapAt(formatted, to);
    if (before !== after) edits.push(gapEdit(document, from, before, after));
    from += before.length;
    to += after.length;
    for (; from < text.length && !isSpace(text, from) && !isSpace(formatted, to); from++, to++) {
      if (text[from] !== formatted[to]) return [wholly(document, formatted)];
    }
    if (from >= text.length && to < formatted.length && !isSpace(formatted, to)) return [wholly(document, formatted)];
  }
  return edits;
}

/** Only what differs in the gap: white space at the end of a line stays out of an edit to the next one's indentation. */
function gapEdit(document: TextDocument, offset: number, before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same++;
  const range = { start: document.positionAt(offset + same), end: document.positionAt(offset + before.length) };
  return { range, newText: after.slice(same) };
}

function gapAt(text: string, offset: number): string {
  gap.lastIndex = offset;
  return gap.exec(text)?.[0] ?? '';
}

function isSpace(text: string, offset: number): boolean {
  return /\s/.test(text.charAt(offset));
}

function wholly(document: TextDocument, newText: string): TextEdit {
  const end = document.positionAt(document.getText().length);
  return { range: { start: { line: 0, character: 0 }, end }, newText };
}
