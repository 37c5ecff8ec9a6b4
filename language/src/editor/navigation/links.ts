import { type CstNode, CstUtils, GrammarUtils, type LangiumDocument } from 'langium';
import type { DocumentLinkProvider } from 'langium/lsp';
import type { DocumentLink } from 'vscode-languageserver';
import type { File } from '../../grammar/generated/ast.ts';
import type { EditorServices } from '../services.ts';

const url = /https?:\/\/[^\s"]+/;

/** Imports lead to the files of their packages, and what is written as an address leads there. */
export class Links implements DocumentLinkProvider {
  private readonly shared: EditorServices;

  constructor(shared: EditorServices) {
    this.shared = shared;
  }

  getDocumentLinks(document: LangiumDocument): DocumentLink[] {
    const file = document.parseResult.value as File;
    return [...this.imports(document, file), ...(file.$cstNode ? addresses(document, file.$cstNode) : [])];
  }

  private imports(document: LangiumDocument, file: File): DocumentLink[] {
    const first = this.filesByPackage(document);
    return (file.imports ?? []).flatMap((clause) => {
      const written = GrammarUtils.findNodeForProperty(clause.$cstNode, 'package');
      const target = clause.package && first.get(clause.package);
      return written && target ? [{ range: written.range, target }] : [];
    });
  }

  /** The first file of each package. */
  private filesByPackage(document: LangiumDocument): ReadonlyMap<string, string> {
    const { Projects } = this.shared.editor;
    const project = Projects.of(document.uri);
    const first = new Map<string, string>();
    for (const [uri, { fragment }] of project ? Projects.readOf(project) : []) {
      if (!first.has(fragment.package)) first.set(fragment.package, uri);
    }
    return first;
  }
}

function addresses({ textDocument }: LangiumDocument, root: CstNode): DocumentLink[] {
  return CstUtils.flattenCst(root)
    .filter(({ text }) => text.startsWith('"'))
    .flatMap(({ text, offset }): DocumentLink[] => {
      const found = url.exec(text);
      // `{service}` stands for something else in each place.
      if (!found || found[0].includes('{')) return [];
      const start = offset + found.index;
      const range = {
        start: textDocument.positionAt(start),
        end: textDocument.positionAt(start + found[0].length),
      };
      return [{ range, target: found[0] }];
    })
    .toArray();
}
