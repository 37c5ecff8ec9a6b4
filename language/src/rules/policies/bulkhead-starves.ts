import { deploymentOf } from '../../model/deployments.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Limit, Model, Place } from '../../model/model.ts';
import { promiseOf } from '../../model/promises.ts';
import { type EdgeWith, edgesWith } from '../edges.ts';
import { percentileText, rateText } from '../explain/part-text.ts';
import { durationText, lastOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { byCause } from './by-cause.ts';
import { callersLimit } from './callers-limit.ts';

type Kept = EdgeWith<'bulkhead'>;

/** How often a call may be made, and where that is said. */
interface Rate {
  readonly perSecond: number;
  /** Calls of this edge and replica for each that the limit admits. */
  readonly factor: number;
  readonly sum: string;
  readonly at: Place;
}

/** What runs at a time is the rate times how long it takes (Little, "A Proof for the Queuing Formula: L = λW", 1961). */
export function bulkheadStarves(model: Model, report: Report<'bulkhead-starves'>): void {
  const starved = new Map<Kept, { readonly rate: Rate; readonly latency: Latency; readonly needed: number }>();
  for (const edge of edgesWith(model, 'bulkhead')) {
    const latency = promised(model, edge);
    const rate = latency && rateOf(model, edge);
    if (!latency || !rate) continue;
    const needed = Number(((rate.perSecond * latency.ms) / 1000).toPrecision(12));
    if (edge.policy.bulkhead.value.concurrent < needed) starved.set(edge, { rate, latency, needed });
  }
  const ofOne = (edge: Kept) => starved.get(edge) as NonNullable<ReturnType<typeof starved.get>>;
  const sameSum = (edge: Kept): string => {
    const { rate, latency } = ofOne(edge);
    return `${rate.sum} ${latency.percentile} ${latency.ms}`;
  };
  for (const cause of byCause(model, [...starved.keys()], ['bulkhead'], report, sameSum)) {
    const [first] = cause.edges;
    const { rate, latency, needed } = ofOne(first);
    const { concurrent } = first.policy.bulkhead.value;
    report({
      at: cause.at,
      values: {
        ...cause.labels,
        concurrent,
        rate: rate.sum,
        latency: `${percentileText(latency.percentile)} ${durationText(latency.ms)}`,
        time: durationText(latency.ms),
        needed: Number(needed.toFixed(2)),
        enough: Math.ceil(needed),
        fewer: wholeRate((concurrent * 1000) / latency.ms / rate.factor),
        callee: lastOf(first.to.declaration.service),
      },
      related: [
        ...cause.parts,
        { message: `\`limit\` admits ${rate.sum}`, at: rate.at },
        { message: `\`${lastOf(first.to.declaration.service)}\` promises this latency`, at: latency.at },
        ...cause.alike,
      ],
      allowedAt: cause.allowedAt,
    });
  }
}

interface Latency {
  readonly percentile: number;
  readonly ms: number;
  readonly at: Place;
}

/** The latency that the callee declares: p99, or a lower percentile, than which p99 is no less. */
function promised(model: Model, { to }: Kept): Latency | undefined {
  const { latency } = promiseOf(model, to.declaration.service);
  return latency && latency.percentile <= 99 ? latency : undefined;
}

/** The lesser of what the edge's limit and the caller's let through. */
function rateOf(model: Model, edge: Kept): Rate | undefined {
  const own = edge.policy.limit;
  const callers = callersLimit(model, edge.from);
  const { times } = edge.item;
  const rates = [
    ...(own ? [rate(model, edge, own.value, own.from.at, 1)] : []),
    ...(callers ? [rate(model, edge, callers.value, callers.from.at, times)] : []),
  ];
  return rates.sort((a, b) => a.perSecond - b.perSecond)[0];
}

/** A bulkhead is each replica's own: of a global limit it gets a share, the smallest that there may be. */
function rate(model: Model, { from }: Kept, limit: Limit, at: Place, times: number): Rate {
  const service = indexOf(model).services.get(from.declaration.service);
  const share = limit.scope === 'global' && service ? deploymentOf(model, service).replicas.max : 1;
  const factors = [times > 1 && ` × ${times}`, share > 1 && ` / ${share} replicas`].filter((factor) => factor);
  const factor = times / share;
  return { perSecond: limit.rate * factor, factor, sum: [rateText(limit.rate), ...factors].join(''), at };
}

/** At most so much, in whole calls per second, minute or hour; nothing for less than one an hour. */
function wholeRate(perSecond: number): string | undefined {
  const seconds = [1, 60, 3600].find((unit) => perSecond * unit >= 1);
  return seconds === undefined ? undefined : rateText(Math.floor(perSecond * seconds) / seconds);
}
