import type { Breaker, Limit, Model } from '../../model/model.ts';
import { attemptsOf } from '../../model/worst-case.ts';
import type { Related } from '../diagnostic.ts';
import { type EdgeWith, edgesWith, labelsOf, originText } from '../edges.ts';
import { rateText } from '../explain/part-text.ts';
import { durationText } from '../naming.ts';
import type { Report } from '../rule.ts';
import { byCause } from './by-cause.ts';
import { callersLimit } from './callers-limit.ts';

type Guarded = EdgeWith<'breaker'>;

/** At most so many calls in the breaker's window, and how they are counted. */
interface Bound {
  readonly calls: number;
  readonly sum: string;
  readonly limits: readonly Related[];
}

export function breakerNeverTrips(model: Model, report: Report<'breaker-never-trips'>): void {
  const guarded = edgesWith(model, 'breaker');
  if (!guarded.some(({ from, policy }) => policy.limit || callersLimit(model, from))) return;
  const bounds = new Map<Guarded, Bound>();
  for (const edges of sharing(guarded)) {
    const { of, within } = edges[0].policy.breaker.value;
    const bound = within === undefined ? undefined : boundOfAll(model, edges, within);
    if (bound && Number(bound.calls.toFixed(2)) < of) bounds.set(edges[0], bound);
  }
  const boundOf = (edge: Guarded): Bound => bounds.get(edge) as Bound;
  const sameSum = (edge: Guarded): string =>
    `${boundOf(edge).sum} ${boundOf(edge).limits.map(({ at }) => `${at.file}:${at.start.line}:${at.start.column}`)}`;
  for (const cause of byCause(model, [...bounds.keys()], ['breaker'], report, sameSum)) {
    const [first] = cause.edges;
    const { of, within = 0 } = first.policy.breaker.value;
    const { calls, sum, limits } = boundOf(first);
    report({
      at: cause.at,
      values: { ...cause.labels, of, within: durationText(within), calls: Number(calls.toFixed(2)), sum },
      related: [...cause.parts, ...limits, ...cause.alike],
      allowedAt: cause.allowedAt,
    });
  }
}

/** The calls of one service to another under one breaker: the runtime has one for equal settings, whichever operation calls. */
function sharing(edges: readonly Guarded[]): Iterable<readonly [Guarded, ...Guarded[]]> {
  const settings = new Map<Breaker, string>();
  const groups = new Map<string, [Guarded, ...Guarded[]]>();
  for (const edge of edges) {
    const { value } = edge.policy.breaker;
    let written = settings.get(value);
    if (written === undefined) {
      written = JSON.stringify(value);
      settings.set(value, written);
    }
    const key = `${edge.from.declaration.service} ${edge.to.declaration.service} ${written}`;
    const group = groups.get(key);
    if (group) group.push(edge);
    else groups.set(key, [edge]);
  }
  return groups.values();
}

/** What limits admit over these edges together; nothing where one of them has no limit. */
function boundOfAll(model: Model, edges: readonly [Guarded, ...Guarded[]], within: number): Bound | undefined {
  const byLimiter = new Map<string, { readonly own: Bound | undefined; readonly callers: (Bound | undefined)[] }>();
  for (const edge of edges) {
    const own = boundOfEdge(edge, within);
    const callers = boundOfCaller(model, edge, within);
    if (!own && !callers) return undefined;
    const limiter = own && edges.length > 1 ? wholePolicy(edge) : '';
    const same = byLimiter.get(limiter);
    if (same) same.callers.push(callers);
    else byLimiter.set(limiter, { own, callers: [callers] });
  }
  return added(
    [...byLimiter.values()].flatMap(({ own, callers }) => {
      const all = callers.every((one) => one !== undefined) ? added(callers) : undefined;
      const least = own && all ? (all.calls < own.calls ? all : own) : (own ?? all);
      return least ? [least] : [];
    }),
  );
}

/** Calls whose policies agree in everything have one limit together. */
const wholePolicy = ({ policy }: Guarded): string =>
  JSON.stringify(policy, (key, value) => (key === 'from' ? undefined : value));

function boundOfEdge({ policy: { limit } }: Guarded, within: number): Bound | undefined {
  if (!limit || limit.value.key) return undefined;
  const { calls, sum } = admitted(limit.value, within);
  return { calls, sum, limits: [{ message: `\`limit\` is given ${originText(limit.from)}`, at: limit.from.at }] };
}

/** Each call that the caller's limit admits makes `* n` calls, each tried `attempts` times and hedged `extra` times. */
function boundOfCaller(model: Model, edge: Guarded, within: number): Bound | undefined {
  const limit = callersLimit(model, edge.from);
  if (!limit || limit.value.key) return undefined;
  const { calls, sum } = admitted(limit.value, within);
  const { times } = edge.item;
  const tries = attemptsOf(edge) + (edge.policy.hedge?.value.extra ?? 0);
  const factors = [times > 1 && `${times} calls`, tries > 1 && `${tries} attempts`].filter((factor) => factor);
  return {
    calls: calls * times * tries,
    sum: factors.length === 0 ? sum : [`(${sum})`, ...factors].join(' × '),
    limits: [
      { message: `\`limit\` of \`${labelsOf(edge).from}\` is given ${originText(limit.from)}`, at: limit.from.at },
    ],
  };
}

/** In any time t the runtime's limit admits at most `burst + rate × t`. */
function admitted({ rate, burst }: Limit, within: number): { readonly calls: number; readonly sum: string } {
  return { calls: burst + (rate * within) / 1000, sum: `${burst} + ${rateText(rate)} × ${durationText(within)}` };
}

/** How many terms a message spells out. */
const shownTerms = 3;

function added(bounds: readonly Bound[]): Bound {
  const shown = bounds.slice(0, shownTerms);
  return {
    calls: bounds.reduce((total, { calls }) => total + calls, 0),
    sum: [...shown.map(({ sum }) => sum), ...(bounds.length > shownTerms ? ['…'] : [])].join(' + '),
    limits: shown.flatMap(({ limits }) => limits),
  };
}
