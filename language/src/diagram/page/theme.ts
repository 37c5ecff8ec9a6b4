import { need } from './element.ts';
import { host } from './host.ts';

type Theme = 'system' | 'light' | 'dark' | 'contrast';

const dark = matchMedia('(prefers-color-scheme: dark)');
const contrast = matchMedia('(prefers-contrast: more)');

/** What an editor around the page says of its own theme. */
const hosts: Readonly<Record<string, string>> = {
  'vscode-light': 'light',
  'vscode-dark': 'dark',
  'vscode-high-contrast': 'contrast-dark',
  'vscode-high-contrast-light': 'contrast-light',
};

/**
 * Light, dark or with high contrast: as the editor around the page or the reader's system prefers, unless the reader chooses.
 * The function that is given shows the same on another picture.
 */
export function followTheme(svg: () => SVGSVGElement): () => void {
  const choice = need<HTMLSelectElement>('#theme');
  const show = (): void => {
    const shown = shownFor(choice.value as Theme);
    document.documentElement.dataset.shown = shown;
    document.documentElement.toggleAttribute('data-host', host !== undefined && choice.value === 'system');
    for (const drawn of [svg(), need<SVGSVGElement>('#meaning svg')]) drawn.dataset.theme = shown;
  };
  for (const query of [dark, contrast]) query.addEventListener('change', show);
  new MutationObserver(show).observe(document.body, { attributeFilter: ['data-vscode-theme-kind'] });
  choice.addEventListener('change', show);
  show();
  return show;
}

function shownFor(wanted: Theme): string {
  const theirs = hosts[document.body.dataset.vscodeThemeKind ?? ''];
  if (wanted === 'system' && theirs !== undefined) return theirs;
  const isDark = theirs === undefined ? dark.matches : theirs.endsWith('dark');
  const ground = wanted === 'dark' || (wanted !== 'light' && isDark) ? 'dark' : 'light';
  return wanted === 'contrast' || (wanted === 'system' && contrast.matches) ? `contrast-${ground}` : ground;
}
