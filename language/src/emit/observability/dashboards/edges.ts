import { callGraph } from '../../../model/call-graph.ts';
import type { External, Model, Service } from '../../../model/model.ts';
import { evenly, type Section } from './layout.ts';
import { stateTimeline, timeSeries } from './panels.ts';
import { chosen, quantile, rated, total } from './queries.ts';

const breakerStates = [
  { value: 0, text: 'closed', color: 'green' },
  { value: 1, text: 'half open', color: 'yellow' },
  { value: 2, text: 'open', color: 'red' },
] as const;

/** The calls of a service to another: attempts, what retries add, what policies refuse, and the state of breakers. */
export function edgeSection(model: Model, from: Service, to: Service | External): Section {
  const of = { from: from.name, to: to.name };
  const policies = callGraph(model)
    .edges.filter((edge) => edge.from.declaration.service === from.id && edge.to.declaration.service === to.id)
    .map(({ policy }) => policy);
  const timeouts = policies.flatMap(({ timeout }) => timeout?.value.ms ?? []);
  const budgets = policies.flatMap(({ retry }) => (retry ? [(retry.value.budget ?? defaultBudget) / 100] : []));
  const attempts = total([], rated('weir_edge_attempts_total', of));
  // Nothing was tried again as long as there is no such series.
  const retries = `(${total([], rated('weir_edge_retries_total', of))} or 0 * ${attempts})`;
  return {
    title: `Calls to ${to.name}`,
    height: 7,
    panels: evenly([
      timeSeries({ title: `Attempts to ${to.name}, by outcome`, unit: 'reqps', min: 0, stacked: true }, [
        { expr: total(['outcome'], rated('weir_edge_attempts_total', of)), legend: '{{outcome}}' },
      ]),
      timeSeries(
        {
          title: budgets.length === 0 ? 'Refusals' : 'Retries and refusals',
          description: 'For each call that was tried.',
          unit: 'percentunit',
          min: 0,
          ...(budgets.length === 0 ? {} : { limit: Math.max(...budgets) }),
        },
        [
          ...(budgets.length === 0 ? [] : [{ expr: `${retries} / (${attempts} - ${retries})`, legend: 'retries' }]),
          {
            expr: `${total(['by'], rated('weir_edge_refusals_total', of))} / ignoring(by) group_left ${attempts}`,
            legend: 'refused by {{by}}',
          },
        ],
      ),
      timeSeries(
        {
          title: 'Latency of attempts',
          unit: 's',
          min: 0,
          ...(timeouts.length === 0 ? {} : { limit: Math.max(...timeouts) / 1000 }),
        },
        [0.5, 0.99].map((share) => ({
          expr: quantile(share, 'weir_edge_attempt_duration_seconds', of),
          legend: `p${share * 100}`,
        })),
      ),
      stateTimeline(
        { title: 'Breakers', description: 'The worst of all replicas, for each endpoint.' },
        [{ expr: `max by (endpoint) (${chosen('weir_edge_breaker_state', of)})`, legend: '{{endpoint}}' }],
        breakerStates,
      ),
    ]),
  };
}

/** Percent; as the runtime's own. */
const defaultBudget = 20;
