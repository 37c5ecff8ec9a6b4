import type { DiagramGraph } from '../graph.ts';
import { legend } from '../legend.ts';
import { need } from './element.ts';

/** As wide as the list. */
const width = 300;

/** What the shapes and lines of the picture mean, below the list. */
export function showMeaning(graph: DiagramGraph): void {
  const { lines, height } = legend(graph, width);
  const svg = need<SVGSVGElement>('#meaning svg');
  const source = `<svg xmlns="http://www.w3.org/2000/svg">${lines.join('')}</svg>`;
  const drawn = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement;
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.replaceChildren(...drawn.childNodes);
  need<HTMLElement>('#meaning').hidden = lines.length === 0;
}
