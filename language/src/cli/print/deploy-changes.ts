import type { DeployedField, ObjectChange } from '../../diff/deploy/changes.ts';
import type { Json } from '../../model/json.ts';
import type { Channel } from '../terminal.ts';

const actions = { create: 'new', change: 'changed', delete: 'gone' } as const;

const pods = {
  start: 'its pods start',
  restart: 'its pods restart',
  stop: 'its pods stop',
  stale: 'running pods keep the old values until they restart',
} as const;

/** Object by object what changes, each field on a line of its own; then the sum. */
export function printDeployChanges(changes: readonly ObjectChange[], out: Channel): void {
  for (const change of changes) printObject(change, out);
  out.write(`${changes.length === 0 ? 'Nothing changes' : summaryOf(changes)}.\n`);
}

function printObject(change: ObjectChange, { write, colors }: Channel): void {
  const { action, kind, name, namespace, fields } = change;
  const color = { create: colors.green, change: colors.yellow, delete: colors.red }[action];
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  const fate = change.pods === undefined ? '' : `; ${pods[change.pods]}`;
  write(`${colors.bold(`${kind} ${place}`)}: ${color(actions[action])}${fate}\n`);
  for (const field of fields) {
    const refused = field.immutable
      ? `  ${colors.red('immutable')}: delete the ${kind} first, or keep the old value`
      : '';
    write(`  ${field.path}: ${valuesOf(field)}${refused}\n`);
  }
}

const valuesOf = (field: DeployedField): string => {
  const said = (side: 'before' | 'after') => (side in field ? shown(field[side] as Json) : 'nothing');
  return `${said('before')} → ${said('after')}`;
};

const longest = 100;

/** A value on one line; of what is longer than a line its beginning. */
function shown(value: Json): string {
  const text = typeof value === 'string' && /^[\w./:@%+-]+$/.test(value) ? value : JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

function summaryOf(changes: readonly ObjectChange[]): string {
  const counts = (['create', 'change', 'delete'] as const)
    .map((action) => [changes.filter((change) => change.action === action).length, actions[action]] as const)
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`);
  const restarting = changes.filter((change) => change.pods === 'restart').map(({ name }) => name);
  const refused = changes.flatMap(({ fields }) => fields.filter(({ immutable }) => immutable)).length;
  return [
    `Objects: ${counts.join(', ')}`,
    ...(restarting.length === 0 ? [] : [`Pods restart: ${restarting.join(', ')}`]),
    ...(refused === 0 ? [] : [`Fields that cannot be changed: ${refused}`]),
  ].join('. ');
}
