import { row } from '../rule.ts';
import { othersText } from './path-text.ts';

/** The rows about how deep and how wide calls go. */
export const shapeTable = {
  'deep-chain': row({
    group: 'topology',
    severity: 'hint',
    path: true,
    summary: 'more than 5 hops in sequence from an entry',
    thresholds: { max: 5 },
    message: (v: { one: string; hops: number; path: string; max: number; others: number }) =>
      `${v.one} goes ${v.hops} hops deep (${v.path}), and each waits for the next; the limit is ${v.max}${othersText(v.others)}`,
    hint: () =>
      'Pass along what is known already, publish an event where nobody needs the answer, or put together what always works together.',
  }),
  'wide-fanout': row({
    group: 'topology',
    severity: 'hint',
    summary: 'more than 10 calls from one operation',
    thresholds: { max: 10 },
    message: (v: { caller: string; calls: number; max: number }) =>
      `\`${v.caller}\` makes ${v.calls} calls; the limit is ${v.max}`,
    hint: () =>
      'Let one of the callees gather what several give, or publish an event for those whose answers nobody needs.',
  }),
};
