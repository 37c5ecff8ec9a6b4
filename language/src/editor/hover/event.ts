import type { Model } from '../../model/model.ts';
import { flowsOf } from '../../rules/events/flows.ts';
import { labelOf } from '../../rules/naming.ts';
import { code, placeLink, type UriOf } from './markdown.ts';

/** Who publishes an event, and who handles it. */
export function eventMarkdown(model: Model, id: string, uriOf: UriOf): string | undefined {
  const flow = flowsOf(model).get(id);
  if (!flow) return undefined;
  const publishers = flow.publishers.map(({ label, at }) => `- ${code(label)} ${placeLink(at, uriOf)}`);
  const consumers = flow.consumers.map((one) => `- ${code(labelOf(one))} ${placeLink(one.event.at, uriOf)}`);
  return [list('Published by', publishers), list('Handled by', consumers)].join('\n\n');
}

/** Nobody reads on in a hover: the references have all. */
const mostShown = 8;

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return `${title} nothing in this project.`;
  const more = lines.length - mostShown;
  return [
    `**${title} ${lines.length}**`,
    ...lines.slice(0, mostShown),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
}
