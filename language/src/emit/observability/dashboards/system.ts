import type { Model } from '../../../model/model.ts';
import { sorted } from '../../definition/neighbours.ts';
import { records } from '../rules/burn-rate.ts';
import { faults } from '../rules/objectives.ts';
import { dashboard, uidOf } from './dashboard.ts';
import type { Dashboard, Panel } from './grafana.ts';
import { evenly } from './layout.ts';
import { headOf, timeSeries } from './panels.ts';
import { chosen, rated, total } from './queries.ts';

/** The whole system: its map as requests flow through it, and all services with what is worst of each. */
export function systemDashboard(model: Model, system: string): Dashboard {
  const services = sorted(model.services).filter(({ image }) => image === undefined);
  const any = services.map(({ name }) => name);
  return dashboard({
    uid: uidOf(system),
    title: `${system} / system`,
    description: model.systems[0]?.docs ?? `All services of ${system}.`,
    system,
    sections: [
      {
        height: 16,
        panels: [
          { panel: map(any), width: 14 },
          { panel: table(any, system), width: 10 },
        ],
      },
      {
        title: 'Over time',
        height: 8,
        panels: evenly(
          [
            timeSeries({ title: 'Requests by service', unit: 'reqps', min: 0, stacked: true }, [
              { expr: total(['service'], rated('weir_requests_total', { service: { any } })), legend: '{{service}}' },
            ]),
            timeSeries({ title: 'Errors by service', unit: 'percentunit', min: 0 }, [
              { expr: errorsOf(any), legend: '{{service}}' },
            ]),
            timeSeries({ title: 'Error budget left', unit: 'percentunit', max: 1, limit: 0 }, [
              { expr: `min by (service, slo) (${chosen(records.remaining, {})})`, legend: '{{service}} {{slo}}' },
            ]),
            timeSeries(
              {
                title: 'Retries',
                description: 'For each call that was tried, by caller and callee.',
                unit: 'percentunit',
                min: 0,
              },
              [{ expr: retriesOf(any), legend: '{{from}} -> {{to}}' }],
            ),
            timeSeries(
              { title: 'Open breakers', description: 'Endpoints that are not called.', unit: 'none', min: 0 },
              [
                {
                  expr: `count by (from, to) (${chosen('weir_edge_breaker_state', { from: { any } })} == 2)`,
                  legend: '{{from}} -> {{to}}',
                },
              ],
            ),
            timeSeries({ title: 'Events given up', unit: 'eps', min: 0 }, [
              {
                expr: total(
                  ['service', 'consumer'],
                  rated('weir_events_total', { service: { any }, outcome: { any: ['dead-letter', 'dropped'] } }),
                ),
                legend: '{{service}} {{consumer}}',
              },
            ]),
          ],
          3,
        ),
      },
    ],
  });
}

const errorsOf = (any: readonly string[]): string => {
  const all = total(['service'], rated('weir_requests_total', { service: { any } }));
  return `(${total(['service'], rated('weir_requests_total', { service: { any }, code: { any: faults } }))} or 0 * ${all}) / ${all}`;
};

const retriesOf = (any: readonly string[]): string => {
  const attempts = total(['from', 'to'], rated('weir_edge_attempts_total', { from: { any } }));
  const retries = `(${total(['from', 'to'], rated('weir_edge_retries_total', { from: { any } }))} or 0 * ${attempts})`;
  return `${retries} / (${attempts} - ${retries})`;
};

/** Grafana's node graph takes a table of nodes by \`id\`, and one of edges by \`source\` and \`target\`. */
function map(any: readonly string[]): Panel {
  const named = (label: string, from: string, vector: string) =>
    `label_replace(${vector}, "${label}", "$1", "${from}", "(.+)")`;
  const attempts = rated('weir_edge_attempts_total', { from: { any } });
  const served = named('id', 'service', total(['service'], rated('weir_requests_total', { service: { any } })));
  const called = named('id', 'to', total(['to'], attempts));
  const calling = named('id', 'from', `0 * ${total(['from'], attempts)}`);
  const nodes = [
    'max by (id) (',
    `  ${total(['id'], served)}`,
    `  or ${total(['id'], called)}`,
    `  or ${total(['id'], calling)}`,
    ')',
  ].join('\n');
  const edges = named('source', 'from', named('target', 'to', total(['from', 'to'], attempts)));
  return {
    type: 'nodeGraph',
    ...headOf({ title: 'Map', description: 'Requests and attempts per second, as they are now.' }),
    targets: [
      { refId: 'nodes', expr: named('title', 'id', nodes), format: 'table', instant: true, range: false },
      {
        refId: 'edges',
        expr: `label_join(${edges}, "id", " -> ", "from", "to")`,
        format: 'table',
        instant: true,
        range: false,
      },
    ],
    transformations: [
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true, from: true, to: true },
          renameByName: { 'Value #nodes': 'mainstat', 'Value #edges': 'mainstat' },
        },
      },
    ],
    fieldConfig: { defaults: { unit: 'reqps' }, overrides: [] },
    options: { nodes: { mainStatUnit: 'reqps' }, edges: { mainStatUnit: 'reqps' } },
  };
}

function table(any: readonly string[], system: string): Panel {
  const of = { service: { any } };
  const columns = [
    { refId: 'rate', title: 'Requests', unit: 'reqps', expr: total(['service'], rated('weir_requests_total', of)) },
    { refId: 'errors', title: 'Errors', unit: 'percentunit', expr: errorsOf(any) },
    {
      refId: 'p99',
      title: 'p99',
      unit: 's',
      expr: `histogram_quantile(0.99, ${total(['service', 'le'], rated('weir_request_duration_seconds_bucket', of))})`,
    },
    {
      refId: 'left',
      title: 'Budget left',
      unit: 'percentunit',
      expr: `min by (service) (${chosen(records.remaining, of)})`,
    },
  ] as const;
  return {
    type: 'table',
    ...headOf({ title: 'Services' }),
    targets: columns.map(({ refId, expr }) => ({ refId, expr, format: 'table', instant: true, range: false })),
    transformations: [
      { id: 'joinByField', options: { byField: 'service', mode: 'outer' } },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true, ...Object.fromEntries([1, 2, 3, 4].map((i) => [`Time ${i}`, true])) },
          renameByName: {
            service: 'Service',
            ...Object.fromEntries(columns.map(({ refId, title }) => [`Value #${refId}`, title])),
          },
        },
      },
    ],
    fieldConfig: {
      defaults: {},
      overrides: [
        {
          matcher: { id: 'byName', options: 'Service' },
          properties: [{ id: 'links', value: [{ title: 'Open its dashboard', url: linkIn(system) }] }],
        },
        ...columns.map(({ title, unit }) => ({
          matcher: { id: 'byName', options: title },
          properties: [{ id: 'unit', value: unit }],
        })),
      ],
    },
    options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: 'Errors', desc: true }] },
  };
}

/** Grafana fills in the service of the row, and what the reader has chosen. */
const linkIn = (system: string): string =>
  `/d/${uidOf(system, '')}\${__value.raw}?\${__url_time_range}&\${__all_variables}`;
