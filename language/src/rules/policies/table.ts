import { row } from '../rule.ts';

/** The rules of the group: name, severity, and what each says. */
export const policiesTable = {
  'no-effect': row({
    group: 'policies',
    severity: 'warning',
    summary: 'something is written where nothing heeds it, such as `retry` in an `rpc`',
    message: (v: { what: string; why: string; hint?: string }) => `\`${v.what}\` has no effect here: ${v.why}`,
    hint: (v) => v.hint,
  }),
  'missing-timeout': row({
    group: 'policies',
    severity: 'warning',
    summary: 'an edge has neither `timeout` nor `deadline`',
    message: (v: { from: string; to: string; own?: string | undefined }) =>
      `\`${v.from}\` calls \`${v.to}\` with neither \`timeout\` nor \`deadline\`: ` +
      (v.own === undefined
        ? 'it may wait for ever'
        : `a call that hangs takes the whole ${v.own} that \`${v.from}\` has for everything`),
    hint: () => 'Give the call, the `uses`, or the `defaults` of the system a `timeout`.',
  }),
  'timeout-over-deadline': row({
    group: 'policies',
    severity: 'error',
    summary: '`timeout` > `deadline` on one edge',
    message: (v: { from: string; to: string; timeout: string; deadline: string; over: string; others: number }) =>
      `one attempt to call \`${v.to}\` from \`${v.from}\` may take ${v.timeout}, ${v.over} more than the ${v.deadline} that the whole call has` +
      (v.others === 0 ? '' : `; so it is with ${v.others} more ${v.others === 1 ? 'call' : 'calls'}`),
    hint: (v) => `Lower \`timeout\` below ${v.deadline}, or raise \`deadline\` above ${v.timeout}.`,
  }),
  'retry-non-idempotent': row({
    group: 'policies',
    severity: 'error',
    fixable: true,
    summary: '`attempts` > 1 on a write, for anything but a failure to connect',
    message: (v: { from: string; to: string; attempts: number; on: readonly string[] }) =>
      `\`${v.from}\` may send \`${v.to}\` up to ${v.attempts} times (on ${v.on.join(', ')}), and \`${v.to}\` is a write: done twice, it has happened twice`,
    hint: (v) =>
      `Make \`${v.to}\` \`idempotent\` if it can be, retry only \`on [connect]\`, which proves that nothing was sent, or write \`retry none\` for this call.`,
  }),
};
