import type { DiagramGraph } from '../graph.ts';
import { renderMermaid } from '../mermaid.ts';
import { need } from './element.ts';
import { copyImage, png, save, svgText } from './export.ts';
import type { Picture } from './picture.ts';

/** What is exported: the picture as it is shown. */
interface Shown {
  readonly picture: Picture;
  readonly graph: DiagramGraph;
}

/** Lets the reader keep the picture in one form or another. `close` says whether the menu was open. */
export function exportMenu(shown: () => Shown): { readonly close: () => boolean } {
  const menu = need<HTMLDetailsElement>('#export');
  const name = (ending: string): string => `${shown().graph.title}.${ending}`;
  const text = (content: string, type: string, ending: string): Promise<void> =>
    save(new Blob([content], { type }), name(ending));
  const ways: Readonly<Record<string, () => Promise<void>>> = {
    '#svg': () => text(svgText(shown().picture), 'image/svg+xml', 'svg'),
    '#png': async () => save(await png(shown().picture), name('png')),
    '#mermaid': () => text(renderMermaid(shown().graph), 'text/plain', 'mmd'),
    '#copy': async () => {
      await copyImage(png(shown().picture));
      say('The image is in the clipboard.');
    },
  };
  for (const [selector, act] of Object.entries(ways))
    need(selector).addEventListener('click', () => {
      menu.open = false;
      act().catch((error: unknown) => say(String(error)));
    });
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  });
  return {
    close: () => {
      const was = menu.open;
      menu.open = false;
      return was;
    },
  };
}

/** A word about how something went stays for so long, in milliseconds. */
const reading = 4000;

function say(words: string): void {
  const said = need<HTMLElement>('#said');
  said.textContent = words;
  said.hidden = false;
  setTimeout(() => {
    said.hidden = true;
  }, reading);
}
