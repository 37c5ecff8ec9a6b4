import type { LangiumDocument } from 'langium';
import type { LinkedEditingRanges, Position } from 'vscode-languageserver';
import type { EditorServices } from '../services.ts';
import type { Occurrences } from './occurrences.ts';
import { meantAt } from './target.ts';

/** As the language has names. */
const wordPattern = '[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*';

/**
 * The places that are edited together: of a parameter those in paths and keys of its operation, of a field of an event its
 * key. Nothing where another file, or another declaration, has to be changed too: that is what renaming is for.
 */
export function linkedRanges(
  services: EditorServices,
  occurrences: Occurrences,
  document: LangiumDocument,
  position: Position,
): LinkedEditingRanges | null {
  const project = services.editor.Projects.of(document.uri);
  const target = project && meantAt(project, document, position)?.target;
  if (!target || 'package' in target || target.node.$type !== 'Field') return null;
  const around = target.node.$container?.$cstNode;
  const places = occurrences.of(target);
  const uri = document.uri.toString();
  const isHere = places.every(({ uri: other, range: { start, end } }) => {
    const { textDocument } = document;
    return (
      other === uri &&
      around !== undefined &&
      textDocument.offsetAt(start) >= around.offset &&
      textDocument.offsetAt(end) <= around.end
    );
  });
  return isHere && places.length > 1 ? { ranges: places.map(({ range }) => range), wordPattern } : null;
}
