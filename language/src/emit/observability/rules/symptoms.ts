import { effectivePolicy, serverPolicy } from '../../../model/effective-policy.ts';
import type { Model, PartName, Service } from '../../../model/model.ts';
import { callsOf, handled } from '../../definition/neighbours.ts';
import { byText } from '../../order.ts';
import { type Match, rate, select, sumBy } from '../promql.ts';
import type { AlertingRule, RuleGroup } from './groups.ts';

/** What an alert says, without what all alerts of a service say. */
interface Symptom {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly severity: 'page' | 'ticket';
  readonly summary: string;
  readonly description: string;
}

/** Alerts on what nobody promised and everybody wants to know of a service on our runtime. */
export function symptomRules(model: Model, service: Service, system: string): RuleGroup[] {
  if (service.image !== undefined) return [];
  const symptoms = [
    absent(service),
    ...refusedRequests(model, service),
    ...edgeSymptoms(model, service),
    ...lostEvents(service),
    ...expiringCertificates(model, service),
    badConfiguration(service),
  ];
  return [{ name: `${service.name}: symptoms`, rules: symptoms.map((symptom) => ruleOf(symptom, service, system)) }];
}

function ruleOf(
  { alert, expr, for: pending, severity, summary, description }: Symptom,
  service: Service,
  system: string,
): AlertingRule {
  return {
    alert,
    expr,
    ...(pending === undefined ? {} : { for: pending }),
    labels: {
      service: service.name,
      system,
      severity,
      ...(service.owner === undefined ? {} : { owner: service.owner }),
    },
    annotations: { summary, description },
  };
}

const absent = ({ name }: Service): Symptom => ({
  alert: 'ServiceAbsent',
  expr: `absent(${select('process_start_time_seconds', { service: name })})`,
  for: '5m',
  severity: 'page',
  summary: `no replica of ${name} is scraped`,
  description: `Prometheus has seen no replica of ${name} for five minutes: none runs, or none can be reached.`,
});

/** Limits that all callers share: of one with a key, it is a client's own affair to stay below. */
function refusedRequests(model: Model, { name, operations }: Service): Symptom[] {
  const limited = operations.filter((operation) => {
    const limit = serverPolicy(model, operation).limit?.value;
    return limit !== undefined && limit.key === undefined;
  });
  if (limited.length === 0) return [];
  const of = { service: name, operation: { any: limited.map((operation) => operation.name).sort(byText) } };
  const refused = select('weir_requests_total', { ...of, code: 'resource-exhausted' });
  return [
    {
      alert: 'LimitReached',
      expr: shareOf(['operation'], refused, select('weir_requests_total', of), 0.01),
      for: '10m',
      severity: 'ticket',
      summary: `${name}.{{ $labels.operation }} gets more than its limit lets through`,
      description: `{{ $value | humanizePercentage }} of the requests for {{ $labels.operation }} were refused over the last five minutes. The limit holds for all callers together: raise it, or find who asks so often.`,
    },
  ];
}

/** What happens to the calls that a service makes, one alert for each neighbour. */
function edgeSymptoms(model: Model, service: Service): Symptom[] {
  const { name } = service;
  const policies = handled(service).flatMap((handler) =>
    callsOf(handler).map((item) => effectivePolicy(model, handler, item)),
  );
  const some = (part: PartName) => policies.some((policy) => policy[part] !== undefined);
  const refused = (by: Match) => select('weir_edge_refusals_total', { from: name, by });
  return [
    ...(some('breaker')
      ? [
          {
            alert: 'BreakerOpen',
            expr: `${most(['to'], select('weir_edge_breaker_state', { from: name }))} == 2`,
            for: '2m',
            severity: 'ticket',
            summary: `${name} has stopped calling a replica of {{ $labels.to }}`,
            description: `The circuit breaker for a replica of {{ $labels.to }} has been open for two minutes: calls of ${name} go to the other replicas, or fail at once.`,
          } as const,
        ]
      : []),
    ...(some('retry')
      ? [
          {
            alert: 'RetryBudgetSpent',
            expr: `${sumBy(['to'], rate(refused('budget'), '5m'))} > 0`,
            for: '5m',
            severity: 'ticket',
            summary: `${name} retries calls of {{ $labels.to }} as often as its budget allows`,
            description: `So many calls of ${name} to {{ $labels.to }} fail that not each is tried again: {{ $value | humanize }} a second are not, or they would be load upon load.`,
          } as const,
        ]
      : []),
    ...(some('bulkhead') || some('limit')
      ? [
          {
            alert: 'CallsHeldBack',
            expr: shareOf(
              ['to'],
              refused({ any: ['bulkhead', 'limit'] }),
              select('weir_edge_attempts_total', { from: name }),
              0.01,
            ),
            for: '10m',
            severity: 'ticket',
            summary: `${name} refuses its own calls to {{ $labels.to }}`,
            description: `For each call of ${name} to {{ $labels.to }} that was made, {{ $value | humanizePercentage }} were refused by its own bulkhead or limit, over five minutes: {{ $labels.to }} is slow, or they are too small.`,
          } as const,
        ]
      : []),
  ];
}

function lostEvents({ name, consumers }: Service): Symptom[] {
  if (consumers.length === 0) return [];
  const lost = select('weir_events_total', { service: name, outcome: { any: ['dead-letter', 'dropped'] } });
  return [
    {
      alert: 'EventsLost',
      expr: `${sumBy(['consumer', 'event', 'outcome'], `increase(${lost}[10m])`)} > 0`,
      severity: 'ticket',
      summary: `${name} gave up on {{ $labels.event }}`,
      description:
        'After all its attempts, {{ $labels.consumer }} had not handled {{ $value | humanize }} of these events in ten minutes; they are now: {{ $labels.outcome }}.',
    },
  ];
}

/** Whoever renews certificates does so weeks before: with days left, it has failed. */
function expiringCertificates(model: Model, { name }: Service): Symptom[] {
  if (model.systems[0]?.mtls !== true) return [];
  const left = `min by (namespace, certificate) (${select('weir_tls_certificate_expiry_timestamp_seconds', { service: name })}) - time()`;
  const within = (days: number, severity: Symptom['severity']): Symptom => ({
    alert: 'CertificateExpires',
    expr: `${left} < ${days} * 86400`,
    for: '15m',
    severity,
    summary: `the certificate of ${name} has not been renewed`,
    description:
      '{{ $labels.certificate }} expires in {{ $value | humanizeDuration }}; then nobody will talk to this service.',
  });
  return [within(7, 'ticket'), within(1, 'page')];
}

const badConfiguration = ({ name }: Service): Symptom => ({
  alert: 'ConfigurationRefused',
  expr: `min by (namespace) (${select('weir_config_file_good', { service: name })}) == 0`,
  for: '10m',
  severity: 'ticket',
  summary: `${name} refuses its configuration file`,
  description: `A replica of ${name} cannot use its configuration as it is now, and goes on with what held before. Its log and the body of /readyz say why.`,
});

const most = (labels: readonly string[], vector: string): string =>
  `max by (${['namespace', ...labels].join(', ')}) (${vector})`;

/** Series of which more than `share` of the others are `part`, over five minutes. */
function shareOf(labels: readonly string[], part: string, whole: string, share: number): string {
  return `${sumBy(labels, rate(part, '5m'))}\n/\n${sumBy(labels, rate(whole, '5m'))}\n> ${share}`;
}
