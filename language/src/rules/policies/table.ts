import { row } from '../rule.ts';

/** An edge, and how many others are like it for the same cause. */
export interface Edges {
  readonly from: string;
  readonly to: string;
  readonly others: number;
}

const alike = ({ others }: Pick<Edges, 'others'>): string =>
  others === 0 ? '' : `; so it is with ${others} more ${others === 1 ? 'call' : 'calls'}`;

const calls = ({ others }: Pick<Edges, 'others'>): string => (others === 0 ? 'this call' : 'these calls');

/** The first names of a list, and how many more there are. */
const someOf = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

/** A path, its middle left out where it is long. */
const someHops = (hops: readonly string[]): readonly string[] =>
  hops.length <= 8 ? hops : [...hops.slice(0, 4), '…', ...hops.slice(-2)];

/** The rules of the group: name, severity, and what each says. */
export const policiesTable = {
  'no-effect': row({
    group: 'policies',
    severity: 'warning',
    summary: 'something is written where nothing heeds it, such as `retry` in an `rpc`',
    fixable: true,
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
    fixable: true,
    summary: '`timeout` > `deadline` on one edge',
    message: (v: Edges & { timeout: string; deadline: string; over: string }) =>
      `one attempt to call \`${v.to}\` from \`${v.from}\` may take ${v.timeout}, ${v.over} more than the ${v.deadline} that the whole call has${alike(v)}`,
    hint: (v) => `Lower \`timeout\` below ${v.deadline}, or raise \`deadline\` above ${v.timeout}.`,
  }),
  'retries-cannot-fit': row({
    group: 'policies',
    severity: 'warning',
    fixable: true,
    summary: '`deadline` ends before the last attempt could start; says how many fit',
    message: (
      v: Edges & {
        attempts: number;
        fits: number;
        timeout: string;
        deadline: string;
        /** Absent: none is certain. */
        backoff: string | undefined;
        start: string;
        last: string;
      },
    ) =>
      `of ${v.attempts} attempts to call \`${v.to}\` from \`${v.from}\` only ${v.fits} ${v.fits === 1 ? 'fits' : 'fit'} into the \`deadline\` of ${v.deadline}: ` +
      `when each runs into its \`timeout\`, the next can start after ${v.fits} × ${v.timeout}${v.backoff === undefined ? '' : ` + ${v.backoff} of backoff`} = ${v.start} at the earliest${alike(v)}`,
    hint: (v) =>
      `Lower \`attempts\` to ${v.fits}, or raise \`deadline\` above ${v.last}, when the last could start; a shorter \`timeout\` makes room as well.`,
  }),
  'retry-non-idempotent': row({
    group: 'policies',
    severity: 'error',
    fixable: true,
    summary: '`attempts` > 1 on a write, for anything but a failure to connect',
    message: (v: Edges & { attempts: number; on: readonly string[] }) =>
      `\`${v.from}\` may send \`${v.to}\` up to ${v.attempts} times (on ${v.on.join(', ')}), and \`${v.to}\` is a write: done twice, it has happened twice${alike(v)}`,
    hint: (v) =>
      `Make \`${v.to}\` \`idempotent\` if it can be, retry only \`on [connect]\`, which proves that nothing was sent, or write \`retry none\` for ${calls(v)}.`,
  }),
  'hedge-non-idempotent': row({
    group: 'policies',
    severity: 'error',
    fixable: true,
    summary: '`hedge` on a write',
    message: (v: Edges & { times: number; hedge: string }) =>
      `\`${v.from}\` may send \`${v.to}\` ${v.times} times side by side (\`${v.hedge}\`), and \`${v.to}\` is a write: done twice, it has happened twice${alike(v)}`,
    hint: (v) => `Make \`${v.to}\` \`idempotent\` or \`reads\` if it is, or write \`hedge none\` for ${calls(v)}.`,
  }),
  'cache-write': row({
    group: 'policies',
    severity: 'error',
    fixable: true,
    summary: '`cache` on an operation that is not `reads`',
    message: (v: {
      /** Who calls; absent on the receiving side. */
      by?: string;
      operation: string;
      ttl: string;
      others: number;
    }) =>
      (v.by === undefined
        ? `\`${v.operation}\` has a \`cache\` and is not \`reads\`: for ${v.ttl} the same request is answered without being carried out`
        : `\`${v.by}\` calls \`${v.operation}\` with a \`cache\` of ${v.ttl}, and it is not \`reads\`: an answer that is kept stands for nothing that was done`) +
      (v.by === undefined && v.others > 0
        ? `; so it is with ${v.others} more ${v.others === 1 ? 'operation' : 'operations'}`
        : alike(v)),
    hint: (v) =>
      `Write \`reads\` in \`${v.operation}\` if it changes nothing, else \`cache none\` ${v.by === undefined ? 'in it' : 'for the call'}.`,
  }),
  'retry-without-breaker': row({
    group: 'policies',
    severity: 'warning',
    summary: 'retries towards an `external` or another context, and no breaker',
    message: (v: Edges & { attempts: number; outside: string }) =>
      `\`${v.from}\` tries \`${v.to}\` up to ${v.attempts} times with no \`breaker\`, and ${v.outside}: while it is down, each call waits for ${v.attempts} failures${alike(v)}`,
    hint: () => 'Add a `breaker` beside the `retry`: `breaker { failures 50%  of 20  within 10s  open 5s }`.',
  }),
  'retry-without-budget': row({
    group: 'policies',
    severity: 'hint',
    fixable: true,
    summary: 'retries with no `budget` where three or more callers retry into one service',
    message: (v: Edges & { service: string; callers: readonly string[] }) =>
      `\`${v.from}\` retries \`${v.to}\` with no \`budget\` of its own, and ${v.callers.length} services retry into \`${v.service}\` (${someOf(v.callers)}): each may add 20% to what it asks, as the runtime has it${alike(v)}`,
    hint: () =>
      'Write down which share of its calls each may repeat, such as `budget 20%`: it is what a service gets on top when it is least able to bear it.',
    thresholds: { callers: 3 },
  }),
  'breaker-never-trips': row({
    group: 'policies',
    severity: 'warning',
    summary: "the edge's or caller's `limit` admits fewer calls within the window than the breaker needs",
    message: (v: Edges & { of: number; within: string; calls: number; sum: string }) =>
      `the \`breaker\` on \`${v.to}\` opens on ${v.of} calls within ${v.within} at the least, and the \`limit\` admits at most ${v.sum} = ${v.calls} from \`${v.from}\`: it never opens${alike(v)}`,
    hint: (v) => `Lower \`of\` to at most ${Math.max(1, Math.floor(v.calls))}, or widen \`within\`.`,
  }),
  'bulkhead-starves': row({
    group: 'policies',
    severity: 'warning',
    summary: "`concurrent` < rate × p99 of the callee (Little's law), where both are declared",
    message: (
      v: Edges & {
        concurrent: number;
        rate: string;
        latency: string;
        time: string;
        needed: number;
        enough: number;
        fewer: string | undefined;
        callee: string;
      },
    ) =>
      `the \`bulkhead\` lets ${v.concurrent} calls of \`${v.to}\` from \`${v.from}\` run at a time, and the \`limit\` lets so many come that ${v.needed} would: ${v.rate} × ${v.time} (\`${v.callee}\` promises ${v.latency})${alike(v)}`,
    hint: (v) =>
      `Raise \`concurrent\` to ${v.enough}${v.fewer === undefined ? '' : `, or lower the \`limit\` to ${v.fewer}`}.`,
  }),
  'fallback-same-fate': row({
    group: 'policies',
    severity: 'warning',
    summary: 'the fallback operation depends, hard, on the service that failed',
    message: (
      v: Edges & {
        fallback: string;
        service: string;
        /** Absent where the fallback is an operation of the service itself. */
        path: readonly string[] | undefined;
      },
    ) =>
      `when \`${v.to}\` fails, \`${v.from}\` falls back to \`${v.fallback}\`, which ` +
      (v.path === undefined
        ? `is an operation of \`${v.service}\` too`
        : `cannot do without \`${v.service}\` either (${someHops(v.path).join(' → ')})`) +
      `: when \`${v.service}\` is down, so is the fallback${alike(v)}`,
    hint: (v) =>
      `Fall back to what does not need \`${v.service}\`: another service, \`fallback stale\` beside a \`cache\`, or a literal.`,
  }),
  'fallback-cycle': row({
    group: 'policies',
    severity: 'error',
    fixable: true,
    summary: 'fallbacks that lead back to themselves',
    message: (
      v: Edges & {
        /** Absent: the call falls back to itself. */
        loop: readonly string[] | undefined;
      },
    ) =>
      (v.loop === undefined
        ? `\`${v.from}\` falls back from \`${v.to}\` to \`${v.to}\`: what has failed is asked again`
        : `the fallback of \`${v.from}\` for \`${v.to}\` leads back to itself (${someHops(v.loop).join(' ')}; ⇢ falls back, → calls): while all of them fail, one request goes round without end`) +
      alike(v),
    hint: (v) =>
      v.loop === undefined
        ? 'Name another operation, `stale` or a literal, or write `fallback none`.'
        : 'Let one of them end the loop: fall back to `stale`, to a literal, or not at all.',
  }),
};
