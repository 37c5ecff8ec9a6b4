import { row } from '../rule.ts';
import { innerCalls, othersText } from './path-text.ts';

/** The rows about what paths multiply, how long they last, what they carry and what they can promise. */
export const loadTable = {
  'retry-amplification': row({
    group: 'topology',
    severity: 'warning',
    path: true,
    fixable: true,
    summary: '`amplification` of a path > 10',
    thresholds: { max: 10 },
    message: (v: {
      one: string;
      to: string;
      calls: string;
      path: string;
      max: number;
      retrying: number;
      others: number;
    }) =>
      `${v.one} can become ${v.calls} calls of \`${v.to}\` (${v.path}); the limit is ${v.max}${othersText(v.others)}`,
    hint: (v) =>
      v.retrying > 1
        ? `Retry at one layer only: remove \`retry\` from the ${innerCalls(v.retrying - 1)}, or set attempts so that the product is at most ${v.max}.`
        : `Ask for several things in one call${v.retrying === 1 ? ', or for fewer attempts' : ''}, so that the product is at most ${v.max}.`,
  }),
  'deadline-inversion': row({
    group: 'topology',
    severity: 'warning',
    summary: "an edge's `timeout` < the callee's `worst`: the caller has gone before the callee is done",
    message: (v: {
      from: string;
      to: string;
      timeout: string;
      worst: string;
      over: string;
      sum: string;
      isCut: boolean;
      others: number;
    }) =>
      `\`${v.from}\` waits ${v.timeout} for an answer of \`${v.to}\`, which may be busy with its own calls ` +
      (v.isCut ? `until its \`deadline\` of ${v.worst}` : `for ${v.worst}`) +
      ` (${v.sum}): ${v.over} longer` +
      (v.others === 0 ? '' : `; so it is with ${v.others} more ${v.others === 1 ? 'call' : 'calls'}`),
    hint: (v) =>
      `Let \`${v.to}\` take less, by its own calls or by a \`deadline\` of at most ${v.timeout}, or wait at least ${v.worst}.`,
  }),
  'capacity-shortfall': row({
    group: 'topology',
    severity: 'warning',
    summary: "demand on P > P's `limit`, or > `scale.rate × max replicas`",
    message: (v: { what: string; demand: string; sum: string; capacity: string; over: string; byReplica: boolean }) =>
      `${v.what} may be asked ${v.demand} (${v.sum}), retries left out, and ${v.capacity}: ${v.over} too little`,
    hint: (v) =>
      'Raise the limit or the number of replicas, or lower the limits of those who call' +
      (v.byReplica ? ', which count on each replica unless they say `scope global`.' : '.'),
  }),
  'slo-availability': row({
    group: 'topology',
    severity: 'warning',
    summary: "the product of an operation's hard dependencies' availabilities < its own promise",
    message: (v: {
      service: string;
      operation: string;
      promise: string;
      needs: string;
      held: string;
      isProduct: boolean;
      others: number;
    }) =>
      `\`${v.service}\` promises ${v.promise}, and \`${v.operation}\` cannot do without ${v.needs}` +
      (v.isProduct ? ` = ${v.held}` : '') +
      (v.others === 0
        ? ''
        : `; so it is with ${v.others} more ${v.others === 1 ? 'operation' : 'operations'} of \`${v.service}\``),
    hint: (v) => `Give a call a \`fallback\`, make it optional (\`?\`), or promise at most ${v.held}.`,
  }),
  'slo-latency': row({
    group: 'topology',
    severity: 'warning',
    summary: "the callees' declared p99, added along the sequence, > its own p99",
    message: (v: {
      service: string;
      operation: string;
      percentile: string;
      promise: string;
      sum: string;
      steps: string;
      over: string;
    }) =>
      `\`${v.service}\` promises ${v.percentile} ${v.promise}, and \`${v.operation}\` waits ${v.sum} for its calls, if each takes the ${v.percentile} that it promises (${v.steps}): ${v.over} too long`,
    hint: (v) =>
      `Call in parallel (\`&\`) what does not need each other's answers, give a call a shorter \`timeout\` and a \`fallback\`, or promise at least ${v.sum}.`,
  }),
  'single-point-of-failure': row({
    group: 'topology',
    severity: 'warning',
    fixable: true,
    summary: 'one replica at the least, under a hard dependant that promises 99.9% or more',
    thresholds: { availability: 99.9 },
    message: (v: {
      service: string;
      replicas: number;
      dependant: string;
      promiser: string;
      promise: string;
      others: number;
    }) =>
      `\`${v.service}\` may have ${v.replicas === 0 ? 'no replica at all' : 'a single replica'}, and \`${v.dependant}\` cannot do without it, though \`${v.promiser}\` promises ${v.promise}` +
      (v.others === 0 ? '' : `; so it is with ${v.others} more ${v.others === 1 ? 'service' : 'services'}`),
    hint: () => 'Run two replicas at the least, or give those who call it a `fallback`.',
  }),
};
