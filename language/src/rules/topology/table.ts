import { row } from '../rule.ts';
import { loadTable } from './load-table.ts';
import { shapeTable } from './shape-table.ts';

/** The rules of the group: name, severity, and what each says. */
export const topologyTable = {
  'undeclared-dependency': row({
    group: 'topology',
    severity: 'error',
    fixable: true,
    summary: '`calls` names a service that `uses` does not',
    message: (v: { service: string; target: string; others: number }) =>
      `\`${v.service}\` calls \`${v.target}\`, which its \`uses\` does not name` +
      (v.others === 0 ? '' : ` (${v.others} more ${v.others === 1 ? 'call' : 'calls'} below)`),
    hint: (v) => `Add \`uses ${v.target}\`, with the policy that its calls should have.`,
  }),
  'call-cycle': row({
    group: 'topology',
    severity: 'error',
    path: true,
    summary: 'operations that call each other in a loop',
    message: (v: { loop: readonly string[] }) =>
      v.loop.length === 1
        ? `\`${v.loop[0]}\` calls itself: one request may call without end`
        : `one request to \`${v.loop[0]}\` comes back to it (${[...v.loop, v.loop[0]].join(' → ')}) and may call without end`,
    hint: () => 'Take one call out of the loop: pass what it asks for along, or publish an event instead.',
  }),
  ...loadTable,
  ...shapeTable,
};
