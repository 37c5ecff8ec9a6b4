import { need } from './element.ts';
import { keep, kept } from './host.ts';

/** Beside a text, in a window narrower than this, there is little room: the list is hidden until somebody wants it. */
const wide = 900;

/** Shows and hides what is told and listed beside the picture. */
export function switchList(): void {
  const button = need('#listed');
  const show = (open: boolean): void => {
    need<HTMLElement>('#side').hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', () => {
    const open = button.getAttribute('aria-expanded') !== 'true';
    show(open);
    keep({ list: open });
  });
  show(kept().list ?? innerWidth >= wide);
}
