import type { TextDocument } from 'langium';
import {
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type Range,
  type TextEdit,
} from 'vscode-languageserver-types';
import { replacementsIn } from '../../fixes/apply.ts';
import { unambiguous } from '../../fixes/choose.ts';
import type { Fix, Place } from '../../model/model.ts';
import type { Fault } from '../../project/fault.ts';
import { type Diagnostic as Found, fullMessage, type RuleName, type Severity } from '../../rules/index.ts';
import type { Host } from '../host.ts';

/** A mend of a finding as edits, by the documents that they change. */
export interface Mend {
  readonly title: string;
  /** Nobody needs to choose: it is the only one, or the preferred one. */
  readonly preferred: boolean;
  readonly changes: Readonly<Record<string, readonly TextEdit[]>>;
}

/** A finding as it is published, with what would mend it. */
export interface Finding {
  readonly diagnostic: Diagnostic;
  readonly mends: readonly Mend[];
}

/** Where a file of the project is, as a URI. */
type UriOf = (path: string) => string;

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
};

const tags: Partial<Readonly<Record<RuleName, DiagnosticTag[]>>> = {
  unused: [DiagnosticTag.Unnecessary],
  'unused-allow': [DiagnosticTag.Unnecessary],
};

const source = 'weir';

/** Lines and columns from 0. */
export function rangeOf({ start, end }: Place): Range {
  return {
    start: { line: start.line - 1, character: start.column - 1 },
    end: { line: end.line - 1, character: end.column - 1 },
  };
}

/** What a rule found. The code stands in `data` as well: tools that filter quick fixes look for it there. */
export function findingOf(found: Found, uriOf: UriOf, host: Host): Finding {
  const { rule, severity, at, related, fixes, docs } = found;
  const tagged = tags[rule];
  return {
    diagnostic: {
      range: rangeOf(at),
      severity: severities[severity],
      code: rule,
      codeDescription: { href: host.pageUri(docs) },
      source,
      message: fullMessage(found),
      ...(tagged ? { tags: tagged } : {}),
      ...(related.length > 0
        ? {
            relatedInformation: related.map(({ message, at: place }) => ({
              message,
              location: { uri: uriOf(place.file), range: rangeOf(place) },
            })),
          }
        : {}),
      data: { code: rule },
    },
    mends: fixes.map((fix) => mendOf(fix, fix === unambiguous(fixes), uriOf)),
  };
}

function mendOf({ title, edits }: Fix, preferred: boolean, uriOf: UriOf): Mend {
  const changes: Record<string, TextEdit[]> = {};
  for (const { at, text } of edits) {
    const uri = uriOf(at.file);
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(at), newText: text }];
  }
  return { title, preferred, changes };
}

/** Edits of one document as the protocol has them. */
export function textEdits(document: TextDocument, edits: Fix['edits']): TextEdit[] {
  return replacementsIn(document.getText(), edits).map(({ start, end, text }) => ({
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    newText: text,
  }));
}

/** What keeps a project from being read, at its line where it has one. */
export function faultFinding({ message, hint, line = 1, column = 1 }: Fault): Finding {
  const place = { line: line - 1, character: column - 1 };
  return {
    diagnostic: {
      range: { start: place, end: place },
      severity: DiagnosticSeverity.Error,
      source,
      message: hint === undefined ? message : `${message}\n${hint}`,
    },
    mends: [],
  };
}
