import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { modelOf } from '../../language/src/emit/golden-fixture.ts';
import { abortsOf, type Rollout } from '../../language/src/emit/kubernetes/rollout-metrics.ts';
import { yamlDocument } from '../../language/src/emit/yaml/write.ts';
import { run } from '../child.ts';
import { missing } from '../installed.ts';

const model = await modelOf([
  {
    path: 'a.svc',
    text: `
      message A { id: uuid = 1 }
      service a { http 80 rpc Get() -> A { route GET /a reads } rpc Watch() -> stream A { route GET /w reads }
        deploy { rollout canary { steps [50%] every 5min abort { errors 1% latency p99 400ms } } } }
      resource bus nats
      event E on bus { id: uuid = 1 }
      service c { on E {} deploy { rollout canary { steps [50%] abort { errors 1% latency p99 400ms } } } }`,
  },
]);

/** The measures of a service, by name: over the pods of one version. */
function measuresOf(service: string) {
  const found = model.services.find(({ name }) => name === service);
  assert.ok(found);
  const aborts = abortsOf(found, found.deploy?.rollout as Rollout, 'version="new"');
  return Object.fromEntries(aborts.map(({ name, query }) => [name, query]));
}

/** Series of one minute apart that grow by so much. */
const grow = (series: string, by: number) => ({ series, values: `0+${by}x20` });

const requests = (operation: string, code: string, version: string, by: number) =>
  grow(`weir_requests_total{service="a",operation="${operation}",code="${code}",version="${version}"}`, by);

const took = (operation: string, le: string, by: number) =>
  grow(`weir_request_duration_seconds_bucket{service="a",operation="${operation}",le="${le}",version="new"}`, by);

interface Case {
  readonly service: 'a' | 'c';
  readonly series: readonly object[];
  readonly errors: number;
  readonly latency: number;
}

/** What is known, and what the queries make of it. */
const cases: Readonly<Record<string, Case>> = {
  'nothing at all': { service: 'a', series: [], errors: 0, latency: 0 },
  'no traffic yet': {
    service: 'a',
    series: [requests('Get', 'ok', 'new', 0), took('Get', '0.5', 0), took('Get', '+Inf', 0)],
    errors: 0,
    latency: 0,
  },
  'nothing bad': { service: 'a', series: [requests('Get', 'ok', 'new', 600)], errors: 0, latency: 0 },
  'the fault of callers, and of the old version': {
    service: 'a',
    series: [
      requests('Get', 'ok', 'new', 600),
      requests('Get', 'not-found', 'new', 60),
      requests('Get', 'internal', 'old', 600),
    ],
    errors: 0,
    latency: 0,
  },
  'two of a hundred fail': {
    service: 'a',
    series: [
      requests('Get', 'ok', 'new', 980),
      requests('Get', 'internal', 'new', 15),
      requests('Get', 'unavailable', 'new', 5),
    ],
    errors: 2,
    latency: 0,
  },
  'half of them slow, and streams that last': {
    service: 'a',
    series: [
      took('Get', '0.25', 500),
      took('Get', '0.5', 1000),
      took('Get', '+Inf', 1000),
      took('Watch', '0.25', 0),
      took('Watch', '0.5', 0),
      took('Watch', '+Inf', 1000),
    ],
    errors: 0,
    latency: 495,
  },
  'events that come again': {
    service: 'c',
    series: [
      grow('weir_events_total{service="c",consumer="OnE",outcome="done",version="new"}', 95),
      grow('weir_events_total{service="c",consumer="OnE",outcome="retry",version="new"}', 5),
    ],
    errors: 5,
    latency: 0,
  },
};

test('what ends a rollout is what its author said, and no traffic is no fault', {
  skip: missing('promtool'),
  timeout: 60_000,
}, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-rollouts-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const tests = Object.entries(cases).map(([name, { service, series, errors, latency }]) => {
    const measures = measuresOf(service);
    const expected = (query: string | undefined, value: number) => ({
      expr: `round(${query}, 0.001)`,
      eval_time: '10m',
      exp_samples: [{ value }],
    });
    return {
      name,
      interval: '1m',
      input_series: series,
      promql_expr_test: [expected(measures.errors, errors), expected(measures.latency, latency)],
    };
  });
  const file = join(folder, 'tests.yaml');
  writeFileSync(file, yamlDocument({ rule_files: [], evaluation_interval: '1m', tests }));
  const { out, err } = await run('promtool', ['test', 'rules', file]);
  assert.match(out, /SUCCESS/, err);
});
