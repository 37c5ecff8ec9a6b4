import type { Change, Conflict, Note, Plan } from '../project/plan.ts';
import type { Channel } from './terminal.ts';

const files = (n: number): string => (n === 1 ? '1 file' : `${n} files`);

const doneWords = { create: 'created', update: 'updated', remove: 'removed' } as const;

/** `3 files created, 1 updated`, or with `would be` before each; nothing when nothing changes. */
export function countsOf(plan: Plan, tense: 'did' | 'would'): string | undefined {
  const parts = (['create', 'update', 'remove'] as const)
    .map((action) => ({ action, n: plan.changes.filter((change) => change.action === action).length }))
    .filter(({ n }) => n > 0)
    .map(({ action, n }, i) => {
      return `${i === 0 ? files(n) : n} ${tense === 'would' ? 'would be ' : ''}${doneWords[action]}`;
    });
  return parts.length === 0 ? undefined : parts.join(', ');
}

export function printChange({ action, path }: Change, { write, colors }: Channel): void {
  const color = { create: colors.green, update: colors.yellow, remove: colors.red }[action];
  write(`${color(action)} ${path}\n`);
}

export function printNote({ path, message }: Note, { write, colors }: Channel): void {
  write(`${colors.bold(path)}: ${colors.yellow('note')}: ${message}\n`);
}

const stories: Readonly<Record<Conflict['why'], readonly [what: string, help: string]>> = {
  'changed by hand': [
    'Weir would write this file, but it was changed by hand',
    'Take your changes elsewhere, remove the file, and build again.',
  ],
  'not written by Weir': [
    'Weir would write this file, but there is one that it has not written',
    'Move it away, or remove it if it is left over from an earlier build.',
  ],
  'a folder': ['Weir would write this file, but a folder of that name is in the way', 'Move it away.'],
};

export function printConflict({ path, why }: Conflict, { write, colors }: Channel): void {
  const [what, help] = stories[why];
  write(`${colors.bold(path)}: ${colors.red('error')}: ${what}\n  ${colors.cyan('help')}: ${help}\n`);
}
