import {
  type AstNodeDescription,
  CstUtils,
  type DocumentSegment,
  isReference,
  type LangiumDocument,
  type Reference,
} from 'langium';
import type { File } from '../../grammar/generated/ast.ts';
import type { NameSpace } from '../../model/names-in-scope.ts';
import { spaceOf } from '../../syntax/scope.ts';
import type { EditorServices } from '../services.ts';
import type { ClosedFile } from '../workspace/closed-file.ts';
import type { ClosedFiles } from '../workspace/closed-files.ts';

/** A name in a text that means something declared elsewhere, or should. */
export interface Naming {
  readonly text: string;
  readonly segment: () => DocumentSegment;
  readonly meaning: () => AstNodeDescription | undefined;
}

/** What a file names, and what decides on what that means. */
export interface NamingFile {
  readonly uri: string;
  readonly text: string;
  readonly space: NameSpace;
  readonly namings: () => readonly Naming[];
}

/** Of all files, open or not. */
export function* namingFiles({ workspace, editor }: EditorServices): Iterable<NamingFile> {
  for (const document of workspace.LangiumDocuments.all) yield ofOpen(document);
  for (const file of editor.ClosedFiles.all) yield ofClosed(file, editor.ClosedFiles);
}

function ofOpen({ uri, textDocument, parseResult, references }: LangiumDocument): NamingFile {
  const written = references.filter((one): one is Reference => isReference(one) && one.$refNode !== undefined);
  return {
    uri: uri.toString(),
    text: textDocument.getText(),
    space: spaceOf(parseResult.value as File),
    namings: () =>
      written.map((one) => ({
        text: one.$refText,
        segment: () => CstUtils.toDocumentSegment(one.$refNode as NonNullable<Reference['$refNode']>),
        meaning: () => one.$nodeDescription,
      })),
  };
}

function ofClosed(file: ClosedFile, all: ClosedFiles): NamingFile {
  return {
    uri: file.uri.toString(),
    text: file.text,
    space: file.space,
    namings: () =>
      file.outline.references.map((one) => ({
        text: one.text,
        segment: () => file.segment(one.from, one.to),
        meaning: () => all.meaning(file, one),
      })),
  };
}
