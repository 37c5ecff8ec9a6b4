import { element } from './element.ts';
import type { Overlay } from './overlay.ts';
import { palette, type Teams } from './teams.ts';

const heats = (...words: readonly string[]): HTMLElement[] => words.map((word, i) => key(`heat-${i}`, word));

const key = (style: string, words: string): HTMLElement =>
  element('span', { class: 'key' }, element('i', { class: style, 'aria-hidden': 'true' }), words);

const title = (words: string): HTMLElement => element('b', {}, words);

/** What the colours of an overlay mean; nothing where there is none. */
export function keyOf(overlay: Overlay, teams: Teams): HTMLElement[] {
  switch (overlay) {
    case 'none':
      return [];
    case 'findings':
      return [
        title('What the rules have found'),
        ...(['error', 'warning', 'hint'] as const).map((severity) => key(`found-${severity}`, severity)),
      ];
    case 'attempts':
      return [
        title('Calls that one request can become'),
        ...heats('×1', '×2 to ×4', '×5 to ×10', '×11 to ×30', 'more'),
      ];
    case 'latency':
      return [
        title('Longest wait, or share of a promise'),
        ...heats('300 ms, half', '1 s, 80 %', '3 s, all', '10 s, twice', 'more, no bound'),
      ];
    case 'availability':
      return [
        title('Of what may fail, others use up'),
        ...heats('to half', 'most', 'nearly all', 'more', 'tenfold'),
        element(
          'span',
          { class: 'key' },
          element('i', { class: 'dashes', 'aria-hidden': 'true' }),
          'a call that may fail',
        ),
      ];
    case 'demand':
      return [title('Share of what is let through'), ...heats('to half', 'to 80 %', 'to all', 'more', 'twice as much')];
    case 'ownership':
      return teamKeys('Owners', teams.owners);
    case 'contexts':
      return teamKeys('Contexts', teams.contexts);
  }
}

function teamKeys(words: string, teams: ReadonlyMap<string, number>): HTMLElement[] {
  const keys = [...teams].map(([name, i]) => key(`team-${i % palette}`, name.replace(/^context:(.*\.)?/, '')));
  return [title(words), ...(keys.length === 0 ? [element('span', { class: 'key' }, 'none are named')] : keys)];
}
