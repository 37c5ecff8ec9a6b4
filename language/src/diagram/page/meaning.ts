import type { DiagramGraph } from '../graph.ts';
import { legend } from '../legend.ts';
import { need, parsed } from './element.ts';

/** As wide as the list. */
const width = 300;

/** What the shapes and lines of the picture mean, below the list. */
export function showMeaning(graph: DiagramGraph): void {
  const { lines, height } = legend(graph, width);
  const svg = need<SVGSVGElement>('#meaning svg');
  const drawn = parsed(`<svg>${lines.join('')}</svg>`);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.replaceChildren(...drawn.childNodes);
  need<HTMLElement>('#meaning').hidden = lines.length === 0;
}
