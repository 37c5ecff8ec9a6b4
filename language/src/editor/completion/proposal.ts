import type { CompletionItemKind } from 'vscode-languageserver-types';
import type { Fix } from '../../model/model.ts';

/** Something that may stand at the cursor. */
export interface Proposal {
  readonly label: string;
  /** What is inserted, with «holes»; the label where it is left out. */
  readonly template?: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  readonly docs?: string;
  /** Beside its label: the package that it comes from. */
  readonly from?: string;
  /** Edits elsewhere: an import. */
  readonly edits?: Fix['edits'];
  readonly deprecated?: boolean;
  /** Of those of one kind, one that fits speaks for all: only their names differ. */
  readonly alike?: string;
  /** What comes first is what one most likely means. */
  readonly rank: number;
}

const hole = /«(.*?)»/g;

/** The text as it is when nothing has been filled in. */
export function plainText({ label, template = label }: Pick<Proposal, 'label' | 'template'>): string {
  return template.replace(hole, '$1').replaceAll('\t', '  ');
}

/** A template as a snippet of the protocol: its holes are visited one after the other, an empty one last. */
export function snippetText(template: string): string {
  let next = 1;
  const pieces = template.split(hole);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 0) return escaped(piece);
      return piece === '' ? '$0' : `\${${next++}:${escaped(piece)}}`;
    })
    .join('');
}

/** Text in which nothing is a placeholder. */
function escaped(text: string): string {
  return text.replace(/[$}\\]/g, '\\$&');
}
