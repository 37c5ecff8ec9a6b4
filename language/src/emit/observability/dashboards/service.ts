import { serverPolicy } from '../../../model/effective-policy.ts';
import type { External, Model, Service } from '../../../model/model.ts';
import { neighboursOf } from '../../definition/neighbours.ts';
import { records } from '../rules/burn-rate.ts';
import { faults, type Objective, objectivesOfService } from '../rules/objectives.ts';
import { burnWindows } from '../rules/windows.ts';
import { dashboard, uidOf } from './dashboard.ts';
import { edgeSection } from './edges.ts';
import type { Dashboard } from './grafana.ts';
import { evenly, type Section } from './layout.ts';
import { stat, timeSeries } from './panels.ts';
import { chosen, quantile, rated, total } from './queries.ts';

/** One service on our runtime: its requests, what it promises, what it has left, and each service that it calls. */
export function serviceDashboard(model: Model, service: Service, system: string): Dashboard {
  const objectives = objectivesOfService(model, service);
  return dashboard({
    uid: uidOf(system, service.name),
    title: `${system} / ${service.name}`,
    description: service.docs?.split(/\n\s*\n/)[0]?.replace(/\s+/g, ' ') ?? `The service ${service.name} of ${system}.`,
    system,
    sections: [
      overview(service, objectives),
      ...(service.operations.length > 0 ? [requests(model, service)] : []),
      ...objectives.map((objective) => promiseSection(objective)),
      ...(service.consumers.length > 0 ? [events(service)] : []),
      ...destinationsOf(model, service).map((target) => edgeSection(model, service, target)),
      process(service),
    ],
  });
}

/** What its handlers call, in the order of names. */
const destinationsOf = (model: Model, service: Service): readonly (Service | External)[] =>
  [...neighboursOf(model, service).clients.values()].map(({ target }) => target);

function overview(service: Service, objectives: readonly Objective[]): Section {
  const of = { service: service.name };
  const consumes = service.operations.length === 0;
  const [metric, bad] = consumes
    ? (['weir_events_total', { ...of, outcome: { any: ['dead-letter', 'dropped'] } }] as const)
    : (['weir_requests_total', { ...of, code: { any: faults } }] as const);
  const errors = `(${total([], rated(metric, bad))} or vector(0)) / ${total([], rated(metric, of))}`;
  const strictest = objectives.find(({ name }) => name === 'availability');
  return {
    height: 4,
    panels: evenly([
      stat({ title: consumes ? 'Events' : 'Requests', unit: consumes ? 'eps' : 'reqps' }, total([], rated(metric, of))),
      stat(
        {
          title: 'Errors',
          description: consumes ? 'Deliveries that were given up.' : 'Answers that are a fault of the service itself.',
          unit: 'percentunit',
          ...(strictest ? { limit: Number(strictest.budget) } : {}),
        },
        errors,
      ),
      stat(
        { title: 'p99', unit: 's', ...(service.slo?.latency ? { limit: service.slo.latency.ms / 1000 } : {}) },
        quantile(0.99, consumes ? 'weir_event_duration_seconds' : 'weir_request_duration_seconds', of),
      ),
      ...objectives
        .filter(({ budget }) => budget !== '0')
        .map(({ name }) =>
          stat(
            { title: `Budget left: ${name}`, unit: 'percentunit', limit: 0, max: 1, better: 'high' },
            `min(${chosen(records.remaining, { ...of, slo: name })})`,
          ),
        ),
      stat({ title: 'Replicas', unit: 'none' }, `count(${chosen('process_start_time_seconds', of)})`),
    ]),
  };
}

function requests(model: Model, service: Service): Section {
  const of = { service: service.name };
  const bulkheads = service.operations.flatMap(
    (operation) => serverPolicy(model, operation).bulkhead?.value.concurrent ?? [],
  );
  const limit = service.slo?.latency && { limit: service.slo.latency.ms / 1000 };
  const latency = 'weir_request_duration_seconds';
  return {
    title: 'Requests',
    height: 8,
    panels: evenly(
      [
        timeSeries({ title: 'Rate by operation', unit: 'reqps', min: 0, stacked: true }, [
          { expr: total(['operation'], rated('weir_requests_total', of)), legend: '{{operation}}' },
        ]),
        timeSeries(
          {
            title: 'Errors by operation and code',
            description: 'All codes but ok.',
            unit: 'reqps',
            min: 0,
            stacked: true,
          },
          [
            {
              expr: total(['operation', 'code'], rated('weir_requests_total', { ...of, code: { none: ['ok'] } })),
              legend: '{{operation}} {{code}}',
            },
          ],
        ),
        timeSeries({ title: 'Latency', unit: 's', min: 0, ...limit }, [
          ...[0.5, 0.95, 0.99].map((share) => ({ expr: quantile(share, latency, of), legend: `p${share * 100}` })),
        ]),
        timeSeries({ title: 'p99 by operation', unit: 's', min: 0, ...limit }, [
          { expr: quantile(0.99, latency, of, ['operation']), legend: '{{operation}}' },
        ]),
        timeSeries({ title: 'In flight by operation', unit: 'none', min: 0, stacked: true }, [
          { expr: total(['operation'], chosen('weir_requests_in_flight', of)), legend: '{{operation}}' },
        ]),
        timeSeries(
          {
            title: 'In flight on the busiest replica',
            description: 'Its bulkheads refuse what would be more.',
            unit: 'none',
            min: 0,
            ...(bulkheads.length === 0 ? {} : { limit: Math.min(...bulkheads) }),
          },
          [
            {
              expr: `max by (operation) (${total(['operation', 'instance'], chosen('weir_requests_in_flight', of))})`,
              legend: '{{operation}}',
            },
          ],
        ),
      ],
      3,
    ),
  };
}

/** How fast the budget goes, by the windows that alerts look at: 1 is as fast as it may. */
function promiseSection(objective: Objective): Section {
  const of = { service: objective.of, slo: objective.name };
  const windows = burnWindows(objective.windowSeconds, Number(objective.budget));
  const fastest = windows[0]?.factor;
  const burn = (window: string) => `max(${chosen(records.errors(window), of)}) / ${objective.budget}`;
  return {
    title: `Promise: ${objective.says}`,
    height: 7,
    panels: evenly([
      timeSeries(
        {
          title: 'Burn rate',
          description: 'How many times as fast as allowed things go wrong, by the long windows of the alerts.',
          unit: 'none',
          min: 0,
          ...(fastest === undefined ? {} : { limit: fastest }),
        },
        windows.map(({ long }) => ({ expr: burn(long), legend: long })),
      ),
      timeSeries({ title: 'Error budget left', unit: 'percentunit', max: 1, limit: 0 }, [
        { expr: `min(${chosen(records.remaining, of)})`, legend: 'left' },
      ]),
    ]),
  };
}

function events({ name, consumers }: Service): Section {
  const of = { service: name };
  const several = consumers.length > 1 ? '{{consumer}} ' : '';
  return {
    title: 'Events',
    height: 7,
    panels: evenly([
      timeSeries({ title: 'Deliveries by outcome', unit: 'eps', min: 0, stacked: true }, [
        { expr: total(['consumer', 'outcome'], rated('weir_events_total', of)), legend: `${several}{{outcome}}` },
      ]),
      timeSeries({ title: 'p99 of handling', unit: 's', min: 0 }, [
        { expr: quantile(0.99, 'weir_event_duration_seconds', of, ['consumer']), legend: '{{consumer}}' },
      ]),
    ]),
  };
}

function process(service: Service): Section {
  const of = { service: service.name };
  const { cpu, memory } = service.deploy?.resources ?? {};
  return {
    title: 'Saturation, by replica',
    height: 7,
    panels: evenly(
      [
        timeSeries({ title: 'CPU', unit: 'none', min: 0, ...(cpu && { limit: cpu.max / 1000 }) }, [
          { expr: rated('process_cpu_seconds_total', of), legend: '{{instance}}' },
        ]),
        timeSeries({ title: 'Memory', unit: 'bytes', min: 0, ...(memory && { limit: memory.max }) }, [
          { expr: chosen('process_resident_memory_bytes', of), legend: '{{instance}}' },
        ]),
        timeSeries({ title: 'Event loop lag, p99', unit: 's', min: 0 }, [
          { expr: chosen('nodejs_eventloop_lag_p99_seconds', of), legend: '{{instance}}' },
        ]),
        timeSeries({ title: 'Garbage collection', description: 'Share of time.', unit: 'percentunit', min: 0 }, [
          { expr: total(['instance'], rated('nodejs_gc_duration_seconds_sum', of)), legend: '{{instance}}' },
        ]),
      ],
      4,
    ),
  };
}
