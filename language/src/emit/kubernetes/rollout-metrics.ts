import type { Service } from '../../model/model.ts';
import { streamOf } from '../definition/contract.ts';
import { duration, type Match, rate, select } from '../observability/promql.ts';
import { faults } from '../observability/rules/objectives.ts';

/** What ends a rollout: a measure of the new version, in percent or milliseconds, and the most that it may be. */
export interface Abort {
  readonly name: 'errors' | 'latency';
  readonly query: string;
  readonly most: number;
}

/** Where nothing is said. */
export const defaultSteps = [10, 25, 50] as const;
const defaultEvery = 300_000;

export type Rollout = NonNullable<NonNullable<Service['deploy']>['rollout']>;

/** How long each step lasts, in milliseconds. */
export const everyOf = ({ every }: Rollout): number => every ?? defaultEvery;

/** Between two measurements: metrics are twice as young. */
export const measureEvery = 60_000;

/**
 * What `abort` says, as queries over the metrics of the new version's pods. Without traffic there is nothing bad: both are 0
 * then, as a comparison drops what is no number.
 *
 * @param pods matches the metrics of the new version, `pod="…"`; may hold a controller's own placeholders
 */
export function abortsOf(service: Service, rollout: Rollout, pods: string): readonly Abort[] {
  const { errors, latency } = rollout.abort ?? {};
  const window = duration(Math.max(120, Math.min(300, Math.floor(everyOf(rollout) / 1000))));
  const counted = countedBy(service);
  const sum = (metric: string, labels: Readonly<Record<string, Match>>, by = '') =>
    `sum${by}(${rate(select(metric, labels).replace('{', `{${pods},`), window)})`;
  const share = `100 * ${sum(counted.total, { ...counted.of, ...counted.bad })} / ${sum(counted.total, counted.of)}`;
  const buckets = sum(`${counted.duration}_bucket`, { service: service.name, ...counted.timed }, ' by (le) ');
  return [
    ...(errors === undefined ? [] : [{ name: 'errors', query: orZero(share), most: errors } as const]),
    ...(latency === undefined
      ? []
      : [
          {
            name: 'latency',
            query: orZero(`1000 * histogram_quantile(${latency.percentile / 100}, ${buckets})`),
            most: latency.ms,
          } as const,
        ]),
  ];
}

const orZero = (query: string): string => `(${query}) >= 0 or vector(0)`;

interface Counted {
  readonly total: string;
  readonly of: Readonly<Record<string, Match>>;
  readonly bad: Readonly<Record<string, Match>>;
  readonly duration: string;
  /** Labels of what has a duration worth measuring. */
  readonly timed: Readonly<Record<string, Match>>;
}

/** Requests where the service has operations, else the events that it handles. How long a stream lasts is its caller's choice. */
function countedBy(service: Service): Counted {
  const of = { service: service.name };
  if (service.operations.length === 0) {
    const bad = { outcome: { any: ['retry', 'dead-letter', 'dropped'] } };
    return { total: 'weir_events_total', of, bad, duration: 'weir_event_duration_seconds', timed: {} };
  }
  const streams = service.operations.filter((operation) => streamOf(operation) !== undefined).map(({ name }) => name);
  return {
    total: 'weir_requests_total',
    of,
    bad: { code: { any: faults } },
    duration: 'weir_request_duration_seconds',
    timed: { operation: { none: streams.toSorted() } },
  };
}
