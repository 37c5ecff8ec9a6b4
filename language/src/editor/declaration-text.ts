import { type AstNode, GrammarUtils } from 'langium';
import { isAnnotation } from '../grammar/generated/ast.ts';

/** What is longer is shown by its head. */
const mostLines = 16;

const shownByHead = ['Service', 'External', 'Operation', 'Consumer', 'Gateway', 'System', 'Environment', 'File'];

/** A declaration as it is written, without its annotations: short ones whole, of services and operations the head. */
export function declarationText(node: AstNode): string | undefined {
  const cst = node.$cstNode;
  if (!cst) return undefined;
  const full = cst.root.fullText;
  const annotations = 'annotations' in node && Array.isArray(node.annotations) ? node.annotations : [];
  const before = Math.max(cst.offset, ...annotations.filter(isAnnotation).map((one) => one.$cstNode?.end ?? 0));
  const start = before + full.slice(before).search(/\S/);
  const whole = withoutIndent(full.slice(start, cst.end), full.slice(0, start));
  if (!shownByHead.includes(node.$type) && whole.split('\n').length <= mostLines) return whole;
  const brace = GrammarUtils.findNodeForKeyword(cst, '{')?.offset;
  return brace === undefined ? whole : withoutIndent(full.slice(start, brace).trimEnd(), full.slice(0, start));
}

function withoutIndent(text: string, before: string): string {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const indent = /\s*$/.exec(line)?.[0] ?? '';
  const lines = text.split(/\r?\n/);
  return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n');
}
