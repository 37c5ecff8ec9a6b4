import { need } from './element.ts';

/** Shows at the pointer what there is to say of what is under it. */
export function followPointer(
  pane: HTMLElement,
  idAt: (target: EventTarget | null) => string | undefined,
  tell: (id: string) => readonly HTMLElement[],
  mark: (id: string | undefined) => void,
): void {
  const hint = need<HTMLElement>('#hint');
  const hide = (): void => {
    hint.hidden = true;
    delete hint.dataset.of;
    mark(undefined);
  };
  pane.addEventListener('pointermove', ({ target, clientX, clientY, buttons, pointerType }) => {
    const id = buttons === 0 && pointerType !== 'touch' ? idAt(target) : undefined;
    if (id === undefined) return hide();
    if (hint.dataset.of !== id) {
      hint.dataset.of = id;
      hint.replaceChildren(...tell(id));
      mark(id);
    }
    hint.hidden = false;
    const { width, height } = hint.getBoundingClientRect();
    const room = 14;
    hint.style.left = `${Math.max(room, Math.min(clientX + room, innerWidth - width - room))}px`;
    hint.style.top = `${clientY + room + height < innerHeight ? clientY + room : Math.max(room, clientY - height - room)}px`;
  });
  pane.addEventListener('pointerleave', hide);
  pane.addEventListener('pointerdown', hide);
}
