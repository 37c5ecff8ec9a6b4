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
  'unused-dependency': row({
    group: 'topology',
    severity: 'warning',
    fixable: true,
    summary: '`uses` names a service that no operation calls, or something twice',
    message: (v: { service: string; target: string; wrong: 'uncalled' | 'twice' }) =>
      v.wrong === 'uncalled'
        ? `\`${v.service}\` uses \`${v.target}\`, and none of its operations and event handlers calls it`
        : `the \`uses\` of \`${v.service}\` names \`${v.target}\` twice; the first counts`,
    hint: (v) => `Remove \`${v.target}\` from \`uses\`.`,
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
  'service-cycle': row({
    group: 'topology',
    severity: 'warning',
    path: true,
    summary: 'services that call each other in a loop, though no operation does',
    message: (v: { loop: readonly string[] }) =>
      `\`${v.loop[0]}\` calls \`${v.loop[1]}\`, and so depends on itself (${[...v.loop, v.loop[0]].join(' → ')}), though no operation calls itself`,
    hint: () =>
      'Let calls lead one way only: move what is called against the grain into a service of its own, or publish an event instead.',
  }),
  'readiness-cycle': row({
    group: 'topology',
    severity: 'error',
    path: true,
    summary: '`ready` needs that form a loop: a cold start never gets ready',
    message: (v: { loop: readonly string[] }) =>
      v.loop.length === 1
        ? `\`${v.loop[0]}\` gets ready only when it is ready: it never does`
        : `\`${v.loop[0]}\` gets ready only when \`${v.loop[1]}\` is, and so only when it is ready itself (${[...v.loop, v.loop[0]].join(' → ')}): after a cold start none of them ever does`,
    hint: () =>
      'Let `ready` need only what belongs to the service itself, such as its database, and let calls fail fast while the other is away.',
  }),
  'readiness-on-peer': row({
    group: 'topology',
    severity: 'warning',
    summary: '`ready` needs another service: its outage takes this one out too',
    message: (v: { service: string; peer: string }) =>
      `\`${v.service}\` is ready only while \`${v.peer}\` is: an outage of \`${v.peer}\` takes every replica of \`${v.service}\` out with it`,
    hint: (v) =>
      `Remove \`${v.peer}\` from what \`ready\` needs; a timeout, a breaker and perhaps a fallback are for its calls.`,
  }),
  ...loadTable,
  'shared-database': row({
    group: 'topology',
    severity: 'warning',
    summary: 'a database that a service other than its `owner` uses',
    message: (
      v: { database: string } & (
        | { owner: string; user: string; users?: never }
        | { users: readonly string[]; owner?: never; user?: never }
      ),
    ) =>
      v.users
        ? `${v.users.length} services use the database \`${v.database}\`, and it has no \`owner\``
        : `\`${v.user}\` uses the database \`${v.database}\`, which \`${v.owner}\` owns`,
    hint: (v) =>
      v.users
        ? 'Give it an `owner`, and let the others call the owner for what they need.'
        : `Call \`${v.owner}\` for what is needed, or consume its events.`,
  }),
  'context-violation': row({
    group: 'topology',
    severity: 'error',
    fixable: true,
    summary: 'a call from one context to another with no `relation`',
    message: (v: {
      from: string;
      to: string;
      contexts: { from: string; to: string };
      others: number;
      backwards?: string | undefined;
    }) =>
      `\`${v.from}\` calls \`${v.to}\`, and no relation leads from the context \`${v.contexts.from}\` to \`${v.contexts.to}\`` +
      (v.backwards === undefined
        ? ''
        : `; \`${v.contexts.to} -> ${v.contexts.from} ${v.backwards}\` leads the other way`) +
      (v.others === 0 ? '' : ` (${v.others} more ${v.others === 1 ? 'call' : 'calls'} below)`),
    hint: (v) =>
      v.backwards === undefined
        ? `Say how they depend on each other: \`relation ${v.contexts.from} -> ${v.contexts.to}\` and its kind.`
        : 'Publish an event instead of the call, or say `partnership` where both teams plan together.',
  }),
  'context-cycle': row({
    group: 'topology',
    severity: 'warning',
    path: true,
    fixable: true,
    summary: 'relations upstream that form a loop',
    message: (v: { loop: readonly string[] }) =>
      v.loop.length === 1
        ? `the relation of \`${v.loop[0]}\` with itself says nothing: what is in one context is related already`
        : `\`${v.loop[0]}\` depends on \`${v.loop[1]}\`, and so on itself (${[...v.loop, v.loop[0]].join(' → ')}): each has to follow the changes of all`,
    hint: (v) =>
      v.loop.length === 1
        ? 'Remove it.'
        : 'Let one of them no longer know the next, or say `partnership` where both teams plan together.',
  }),
  ...shapeTable,
  orphan: row({
    group: 'topology',
    severity: 'hint',
    summary: 'a service that no gateway, caller or event reaches',
    message: (v: { name: string }) => `no gateway, caller or event reaches \`${v.name}\``,
    hint: () => 'Let a gateway serve it, another service call it, or let it consume an event; or remove it.',
  }),
};
