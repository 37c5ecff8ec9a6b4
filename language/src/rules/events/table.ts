import { listed } from '../../model/nearest.ts';
import { row } from '../rule.ts';

/** So many are named; of more, the first ones. */
const mostNamed = 4;
/** So many stops of a loop are named; of more, the first and the last ones. */
const mostStops = 12;

function few(names: readonly string[]): string {
  if (names.length <= mostNamed) return listed(names, 'and');
  const first = names.slice(0, mostNamed - 1).map((name) => `\`${name}\``);
  return `${first.join(', ')} and ${names.length - first.length} more`;
}

function loopText(loop: readonly string[]): string {
  const stops = [...loop, ...loop.slice(0, 1)];
  const omitted = stops.length - mostStops;
  if (omitted > 0) stops.splice(mostStops / 2, omitted, `… ${omitted} more …`);
  return stops.join(' → ');
}

/** The rules of the group: name, severity, and what each says. */
export const eventsTable = {
  'event-without-consumer': row({
    group: 'events',
    severity: 'hint',
    summary: 'published, never consumed',
    message: (v: { event: string; publishers: readonly string[] }) =>
      `${few(v.publishers)} ${v.publishers.length === 1 ? 'publishes' : 'publish'} \`${v.event}\`, and nothing consumes it`,
    hint: (v) => `Consume it with \`on ${v.event} { … }\`, or publish it once somebody needs it.`,
  }),
  'event-without-publisher': row({
    group: 'events',
    severity: 'error',
    summary: 'consumed, never published in the project, nor by an `external`',
    message: (v: { event: string; consumers: readonly string[] }) =>
      `${few(v.consumers)} ${v.consumers.length === 1 ? 'waits' : 'wait'} for \`${v.event}\`, and nothing publishes it`,
    hint: (v) =>
      `Write \`publishes ${v.event}\` in the operation that makes it happen, or in an \`external\` if others publish it.`,
  }),
  'event-loop': row({
    group: 'events',
    severity: 'warning',
    summary: 'handling an event leads to publishing it again',
    path: true,
    message: (v: { loop: readonly string[] }) =>
      `handling \`${v.loop[0]}\` leads to publishing it again (${loopText(v.loop)}): one event may go round without end`,
    hint: () =>
      'Take one step out of the loop, or publish another event where the work is done; where the data ends it, say so in an `@allow`.',
  }),
  'no-dead-letter': row({
    group: 'events',
    severity: 'warning',
    summary: 'a consumer with no `dead-letter`',
    fixable: true,
    message: (v: { consumer: string; event: string; attempts: number }) =>
      `\`${v.consumer}\` loses each \`${v.event}\` that it could not handle in ${v.attempts} ${v.attempts === 1 ? 'attempt' : 'attempts'}`,
    hint: () =>
      'Write `dead-letter` to keep such events for a second look, or `dead-letter none` where losing them is meant.',
  }),
  'redelivery-unsafe': row({
    group: 'events',
    severity: 'warning',
    summary: 'a consumer calls a write that is not idempotent: delivery is at least once',
    message: (v: { consumer: string; event: string; operation: string; attempts: number }) =>
      `\`${v.consumer}\` calls \`${v.operation}\`, a write, for each delivery of \`${v.event}\`, and ` +
      (v.attempts === 1
        ? 'even with `attempts 1` one that was handled but not acknowledged is delivered again'
        : `one that fails is delivered up to ${v.attempts} times`) +
      ': done twice, it has happened twice',
    hint: (v) =>
      `Make \`${v.operation}\` \`idempotent\`: by a field that the event carries, or by header, which is the same in each delivery.`,
  }),
  'dual-write': row({
    group: 'events',
    severity: 'warning',
    summary: 'an operation of a service with a database publishes without `via outbox`',
    fixable: true,
    message: (v: { caller: string; events: readonly string[]; database: string }) =>
      `\`${v.caller}\` publishes ${listed(v.events, 'and')} beside what it writes to \`${v.database}\`, not with it: when only one of the two happens, they disagree for ever`,
    hint: () => 'Write `via outbox`: what is published is then stored in the same transaction, and sent after it.',
  }),
};
