import type { CallNode } from '../../model/call-graph.ts';
import type { Model } from '../../model/model.ts';
import { worstOfCall, worstOfNode } from '../../model/worst-case.ts';
import { edgePlace } from '../../rules/edges.ts';
import { durationText, labelOf } from '../../rules/naming.ts';
import { code, placeLink, type UriOf } from './markdown.ts';

/** Nobody reads on in a hover: the call hierarchy has all. */
const mostCallers = 8;

/** Who calls an operation or handler, and the longest path of its own calls. */
export function nodeMarkdown(model: Model, node: CallNode, uriOf: UriOf): string {
  return [callersMarkdown(node, uriOf), pathMarkdown(model, node)].filter((text) => text !== undefined).join('\n\n');
}

function callersMarkdown({ kind, incoming }: CallNode, uriOf: UriOf): string | undefined {
  if (kind === 'consumer') return undefined;
  if (incoming.length === 0) return 'Called by nothing in this project.';
  const shown = incoming.slice(0, mostCallers).map(({ from, item }) => {
    return `- ${code(labelOf(from.declaration))} ${placeLink(edgePlace(item), uriOf)}`;
  });
  const more = incoming.length - shown.length;
  return [`**Called by ${incoming.length}**`, ...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function pathMarkdown(model: Model, node: CallNode): string | undefined {
  if (node.outgoing.length === 0) return undefined;
  const { ms, steps, cutAt } = worstOfNode(model, node);
  const path = steps.map(({ edge, ms: step }) => {
    const times = edge.item.times === 1 ? '' : `${edge.item.times} × `;
    const one = worstOfCall(edge).ms;
    return `${code(labelOf(edge.to.declaration))} ${Number.isFinite(step) ? `${times}${durationText(one)}` : 'unbounded'}`;
  });
  const cut = cutAt === undefined ? '' : `, cut at the deadline of ${durationText(cutAt)}`;
  const total = Number.isFinite(ms)
    ? `${durationText(ms)}${cut}`
    : 'unbounded: a call has neither `timeout` nor `deadline`';
  return `**Worst path** ${total}${path.length > 0 ? `  \n${path.join(', then ')}` : ''}`;
}
