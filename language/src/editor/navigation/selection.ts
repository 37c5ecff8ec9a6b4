import { type CstNode, CstUtils, type LangiumDocument } from 'langium';
import type { Position, Range, SelectionRange, SelectionRangeParams } from 'vscode-languageserver';

/** What grows around each position: the word, what it belongs to, and so on to the whole file. */
export function selectionRanges(document: LangiumDocument, { positions }: SelectionRangeParams): SelectionRange[] {
  return positions.map((position) => around(document, position));
}

function around({ parseResult, textDocument }: LangiumDocument, position: Position): SelectionRange {
  const root = parseResult.value.$cstNode;
  const offset = textDocument.offsetAt(position);
  const leaf =
    root && (CstUtils.findDeclarationNodeAtOffset(root, offset) ?? CstUtils.findLeafNodeBeforeOffset(root, offset));
  const ranges: Range[] = [];
  for (let node: CstNode | undefined = leaf; node; node = node.container) {
    const { start, end } = node.range;
    const isAround = node.offset <= offset && offset <= node.end;
    const last = ranges.at(-1);
    if (isAround && !(last && isSame(last.start, start) && isSame(last.end, end))) ranges.push(node.range);
  }
  const whole = { start: textDocument.positionAt(0), end: textDocument.positionAt(textDocument.getText().length) };
  const last = ranges.at(-1);
  if (!last || !isSame(last.start, whole.start) || !isSame(last.end, whole.end)) ranges.push(whole);
  return ranges.reduceRight<SelectionRange | undefined>(
    (parent, range) => (parent ? { range, parent } : { range }),
    undefined,
  ) as SelectionRange;
}

const isSame = (a: Position, b: Position): boolean => a.line === b.line && a.character === b.character;
