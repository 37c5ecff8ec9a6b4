import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServiceError } from '@weir/runtime';
import { parse } from 'yaml';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled } from '../golden-fixture.ts';
import { observabilityEmitter } from './index.ts';
import type { RuleGroup } from './rules/groups.ts';
import { faults } from './rules/objectives.ts';

async function emitted(text: string) {
  const outputs = observabilityEmitter.emit(await modelOf([{ path: 'a.svc', text }]), options);
  const rules = outputs.get('generated/observability/rules.yaml')?.text ?? '{ groups: [] }';
  const { groups } = parse(rules) as { groups: RuleGroup[] };
  const of = (name: string) => groups.find((group) => group.name === name)?.rules ?? [];
  return {
    names: groups.map(({ name }) => name),
    alerts: (name: string) => [...new Set(of(name).flatMap((rule) => ('alert' in rule ? rule.alert : [])))],
    exprOf: (name: string, rule: string) =>
      of(name).find((one) => ('alert' in one ? one.alert : one.record) === rule)?.expr ?? '',
    dashboards: [...outputs.keys()]
      .filter((path) => path.endsWith('.json'))
      .map((path) => path.split('dashboards/')[1]),
  };
}

test('rules and dashboards of a small system are as committed', async () => {
  assertGolden(observabilityEmitter.emit(await goldenModel(), options), join(import.meta.dirname, 'golden'));
});

test('the order of files and declarations does not show', async () => {
  const texts = async (sources: Parameters<typeof modelOf>[0]) =>
    [...observabilityEmitter.emit(await modelOf(sources), options)].map(([path, { text }]) => [path, text]);
  const straight = await texts(goldenSources());
  const otherwise = await texts(shuffled(goldenSources()));
  assert.deepEqual(otherwise, straight);
});

test('a fault is what HTTP says by a status from 500 on', () => {
  assert.deepEqual(
    faults.map((code) => new ServiceError(code, 'failed').status >= 500),
    faults.map(() => true),
  );
});

test('latency is counted at the promised bound, and not of streams', async () => {
  const { exprOf } = await emitted(`
    service a { http 8080  slo { latency p95 2s }  rpc Get() { route GET /a }  rpc Watch() -> stream Tick { route GET /w } }
    message Tick { at: timestamp = 1 }`);
  const bad = exprOf('a: latency', 'slo:bad_events:rate5m');
  assert.match(bad, /_count\{service="a",operation!~"Watch"\}/);
  // Prometheus 3 says 2.0 for what others call 2.
  assert.match(bad, /_bucket\{service="a",operation!~"Watch",le=~"2\|2\\\\\.0"\}/);
});

test('a service that only hears events promises to handle them', async () => {
  const { exprOf } = await emitted(`
    event E { id: uuid = 1 }  service a { slo { availability 99.9% }  on E {} }  service b { http 8080  rpc X() { route PUT /x  publishes E } }`);
  assert.match(exprOf('a: availability', 'slo:events:rate5m'), /weir_events_total\{service="a",outcome!~"retry"\}/);
});

test('what others run is judged by its callers, and wakes nobody', async () => {
  const { names, exprOf, dashboards } = await emitted(`
    external pay { url "https://pay.example"  availability 99.9%  rpc Charge() { route POST /charge } }
    external unused { url "https://unused.example"  availability 99.9%  rpc X() { route POST /x } }
    service ads { http 8080  image "ads:1"  slo { availability 99% }  rpc Get() { route GET /ads } }
    service a { http 8080  uses pay, ads  rpc X() { route PUT /x  calls pay.Charge, ads.Get } }`);
  assert.deepEqual(names, ['a: symptoms', 'ads: availability', 'pay: availability']);
  assert.match(exprOf('ads: availability', 'slo:events:rate5m'), /weir_edge_attempts_total\{to="ads"/);
  assert.match(
    exprOf('pay: availability', 'slo:bad_events:rate5m'),
    /weir_edge_attempts_total\{to="pay",outcome="failure"\}/,
  );
  assert.deepEqual(dashboards, ['system.json', 'services/a.json']);
});

test('there is an alert for each thing that a service can suffer, and for nothing else', async () => {
  const { alerts } = await emitted(`
    event E { id: uuid = 1 }
    service plain { http 8080  rpc X() { route PUT /x  publishes E } }
    service busy {
      http 8080
      uses plain with { timeout 100ms  retry { attempts 2 on [connect] }  breaker { failures 50% of 20 within 10s open 5s probes 1 }  bulkhead { concurrent 8 } }
      rpc Y() { route GET /y  limit { rate 10/s }  calls plain.X }
      on E {}
    }
    system s { mtls on }`);
  assert.deepEqual(alerts('plain: symptoms'), ['ServiceAbsent', 'CertificateExpires', 'ConfigurationRefused']);
  assert.deepEqual(alerts('busy: symptoms'), [
    'ServiceAbsent',
    'LimitReached',
    'BreakerOpen',
    'RetryBudgetSpent',
    'CallsHeldBack',
    'EventsLost',
    'CertificateExpires',
    'ConfigurationRefused',
  ]);
});
