import type { External, Model, Service } from '../../../model/model.ts';
import { isStreaming } from '../../../model/streaming.ts';
import { neighboursOf } from '../../definition/neighbours.ts';
import { bound, type Match, rate, select, sumBy } from '../promql.ts';
import { promised } from './promised.ts';

/** Something promised, and how to count what kept the promise: `bad` of `all`, each per second over a window. */
export interface Objective {
  readonly name: 'availability' | 'latency';
  /** The service or external that it is of, as its metrics name it. */
  readonly of: string;
  readonly owner?: string;
  /** Whether someone here can mend it: nobody is woken for what others run. */
  readonly ours: boolean;
  /** Which share is promised to be good, as a decimal: `0.9995`. */
  readonly objective: string;
  /** The rest of it: `0.0005`. */
  readonly budget: string;
  readonly windowSeconds: number;
  /** In words: `99.95 % of its requests are answered without a fault`. */
  readonly says: string;
  /** Several lines. */
  readonly bad: (window: string) => string;
  readonly all: (window: string) => string;
}

/** The codes that are the server's fault: those of HTTP statuses from 500 on. */
export const faults = [
  'data-loss',
  'deadline-exceeded',
  'internal',
  'unavailable',
  'unimplemented',
  'unknown',
] as const;

const thirtyDays = 30 * 86_400;

/** What one service promises. What is written elsewhere has none of our metrics: its callers' are what is known of it. */
export function objectivesOfService(model: Model, service: Service): readonly Objective[] {
  const { slo } = service;
  if (slo === undefined) return [];
  const windowSeconds = (slo.window?.value ?? thirtyDays * 1000) / 1000;
  const base = {
    of: service.name,
    ...(service.owner === undefined ? {} : { owner: service.owner }),
    ours: true,
    windowSeconds,
  };
  const counted = service.image === undefined ? countedBy(service) : calledBy(model, service);
  const availability = slo.availability &&
    counted && { ...base, ...counted, ...availabilityOf(slo.availability.value, counted.what) };
  const latency = slo.latency && service.image === undefined ? latencyOf(service, slo.latency) : undefined;
  return [...(availability ? [availability] : []), ...(latency ? [{ ...base, ...latency }] : [])];
}

/** What an external promises by its `availability`, where somebody calls it. */
export function objectivesOfExternal(model: Model, external: External): readonly Objective[] {
  const { availability } = external;
  const counted = availability && calledBy(model, external);
  if (!counted) return [];
  const base = { of: external.name, ours: false, windowSeconds: thirtyDays };
  return [{ ...base, ...counted, ...availabilityOf(availability.value, counted.what) }];
}

interface Counted extends Pick<Objective, 'bad' | 'all'> {
  readonly what: string;
}

const availabilityOf = (percent: number, what: string) => {
  const { objective, budget, text } = promised(percent);
  return { name: 'availability', objective, budget, says: `${text} % of ${what}` } as const;
};

/** Requests where the service has operations, else the events that it handles. */
function countedBy(service: Service): Counted | undefined {
  if (service.operations.length > 0) {
    const of = { service: service.name };
    return {
      what: 'its requests are answered without a fault of its own',
      ...shares('weir_requests_total', of, { ...of, code: { any: faults } }),
    };
  }
  if (service.consumers.length === 0) return undefined;
  const of = { service: service.name, outcome: { none: ['retry'] } };
  return {
    what: 'the events it is given are handled',
    ...shares('weir_events_total', of, { service: service.name, outcome: { any: ['dead-letter', 'dropped'] } }),
  };
}

/** Attempts of those that call it: what they cancelled or their own policies refused says nothing of the callee. */
function calledBy(model: Model, { id, name }: Service | External): Counted | undefined {
  const isCalled = model.services.some((caller) =>
    [...neighboursOf(model, caller).clients.values()].some(({ target }) => target.id === id),
  );
  if (!isCalled) return undefined;
  const of = { to: name, outcome: { none: ['cancelled', 'refused'] } };
  return {
    what: 'the attempts to call it are answered, by the count of its callers',
    ...shares('weir_edge_attempts_total', of, { to: name, outcome: 'failure' }),
  };
}

/** `bad` of `all`; where nothing was bad there is no series of it, and that is zero. */
function shares(
  metric: string,
  of: Readonly<Record<string, Match>>,
  bad: Readonly<Record<string, Match>>,
): Omit<Counted, 'what'> {
  const all = (window: string) => sumBy([], rate(select(metric, of), window));
  return {
    all,
    bad: (window) => `${sumBy([], rate(select(metric, bad), window))}\nor 0 * ${all(window)}`,
  };
}

/** Of streams the time to their end says nothing: how long one lasts is its caller's choice. */
function latencyOf(service: Service, { percentile, ms }: { readonly percentile: number; readonly ms: number }) {
  const streams = service.operations.filter(isStreaming).map(({ name }) => name);
  if (streams.length === service.operations.length) return undefined;
  const of = { service: service.name, operation: { none: streams.toSorted() } };
  const metric = 'weir_request_duration_seconds';
  const all = (window: string) => sumBy([], rate(select(`${metric}_count`, of), window));
  const good = (window: string) => sumBy([], rate(select(`${metric}_bucket`, { ...of, le: bound(ms / 1000) }), window));
  const { objective, budget, text } = promised(percentile);
  return {
    name: 'latency',
    objective,
    budget,
    says: `${text} % of its requests are answered within ${ms < 1000 ? `${ms} ms` : `${ms / 1000} s`}`,
    all,
    bad: (window: string) => `${all(window)}\n- ${good(window)}`,
  } as const;
}
