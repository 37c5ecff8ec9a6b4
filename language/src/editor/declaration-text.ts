import { type AstNode, GrammarUtils } from 'langium';
import { isAnnotation } from '../grammar/generated/ast.ts';

/** What is longer is shown by its head. */
const mostLines = 16;

const shownByHead = ['Service', 'External', 'Operation', 'Consumer', 'Gateway', 'System', 'Environment', 'File'];

/** A declaration in its text: offsets, from behind the annotations. */
interface Written {
  readonly type: string;
  readonly head: number;
  readonly to: number;
  /** Where its block begins. */
  readonly block: number | undefined;
}

/** A declaration as it is written, without its annotations: short ones whole, of services and operations the head. */
export function declarationText(node: AstNode): string | undefined {
  const cst = node.$cstNode;
  if (!cst) return undefined;
  const annotations = 'annotations' in node && Array.isArray(node.annotations) ? node.annotations : [];
  return textOf(cst.root.fullText, {
    type: node.$type,
    head: Math.max(cst.offset, ...annotations.filter(isAnnotation).map((one) => one.$cstNode?.end ?? 0)),
    to: cst.end,
    block: GrammarUtils.findNodeForKeyword(cst, '{')?.offset,
  });
}

/** The same where there is no tree. */
export function textOf(full: string, { type, head, to, block }: Written): string {
  const start = head + full.slice(head).search(/\S/);
  const whole = withoutIndent(full.slice(start, to), full.slice(0, start));
  if (!shownByHead.includes(type) && whole.split('\n').length <= mostLines) return whole;
  return block === undefined ? whole : withoutIndent(full.slice(start, block).trimEnd(), full.slice(0, start));
}

function withoutIndent(text: string, before: string): string {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const indent = /\s*$/.exec(line)?.[0] ?? '';
  const lines = text.split(/\r?\n/);
  return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n');
}
