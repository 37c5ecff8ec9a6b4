import { need } from './element.ts';

type Theme = 'system' | 'light' | 'dark' | 'contrast';

const dark = matchMedia('(prefers-color-scheme: dark)');
const contrast = matchMedia('(prefers-contrast: more)');

/** Light, dark or with high contrast: as the reader's system prefers, unless the reader chooses. */
export function followTheme(svg: SVGSVGElement): void {
  const choice = need<HTMLSelectElement>('#theme');
  const show = (): void => {
    const wanted = choice.value as Theme;
    const ground = wanted === 'dark' || (wanted !== 'light' && dark.matches) ? 'dark' : 'light';
    const high = wanted === 'contrast' || (wanted === 'system' && contrast.matches);
    const shown = high ? `contrast-${ground}` : ground;
    document.documentElement.dataset.shown = shown;
    svg.dataset.theme = shown;
  };
  for (const query of [dark, contrast]) query.addEventListener('change', show);
  choice.addEventListener('change', show);
  show();
}
