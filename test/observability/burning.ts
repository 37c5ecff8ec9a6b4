/** What promtool says of burn-rate alerts: systems with requests that fail, and the alerts that are expected when. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { modelOf, options } from '../../language/src/emit/golden-fixture.ts';
import { observabilityEmitter } from '../../language/src/emit/observability/index.ts';

const text = `
service orders { http 8080  slo { availability 99.95%  window 30d }  rpc Get() { route GET /v1/orders } }
system shop {}`;

type Severity = 'page' | 'ticket';

export interface Alert {
  readonly namespace: string;
  readonly severity: Severity;
  readonly window: string;
}

/** A namespace whose requests, 600 a minute, begin to fail after some quiet minutes: `faults` each minute, for `minutes`. */
export interface Trouble {
  readonly namespace: string;
  readonly faults: number;
  readonly minutes: number;
}

export interface Story {
  /** Minutes in which nothing fails: as many as the longest window that matters. */
  readonly quiet: number;
  readonly troubles: readonly Trouble[];
  /** Only alerts of these. */
  readonly severities: readonly Severity[];
  /** By minutes after the quiet ones. */
  readonly expected: Readonly<Record<number, readonly Alert[]>>;
}

/** Nothing when all alerts are as expected, else promtool's words. */
export async function complaints({ quiet, troubles, severities, expected }: Story): Promise<string> {
  const last = Math.max(...Object.keys(expected).map(Number));
  const times = Object.entries(expected).map(([minute, alerts]) => ({
    eval_time: `${quiet + Number(minute)}m`,
    alertname: 'ErrorBudgetBurn',
    exp_alerts: alerts.map((labels) => ({
      exp_labels: { service: 'orders', slo: 'availability', system: 'shop', ...labels },
    })),
  }));
  const series = troubles.flatMap((trouble) => requests(trouble, quiet, last));
  const tests = [{ interval: '1m', input_series: series, alert_rule_test: times }];
  const rules = await rulesWith(severities);
  return inFolder((folder) => {
    writeFileSync(join(folder, 'rules.yaml'), rules);
    const stories = { rule_files: ['rules.yaml'], evaluation_interval: '1m', tests };
    writeFileSync(join(folder, 'test.yaml'), stringify(stories));
    return promtool(['test', 'rules', 'test.yaml'], folder);
  });
}

function requests({ namespace, faults, minutes }: Trouble, quiet: number, last: number) {
  const series = (code: string, values: string) => ({
    series: `weir_requests_total{service="orders",namespace="${namespace}",operation="Get",code="${code}"}`,
    values,
  });
  const good = 600 - faults;
  const before = 600 * quiet;
  const after = before + good * minutes;
  return [
    series('ok', `0+600x${quiet} ${before + good}+${good}x${minutes - 1} ${after + 600}+600x${last}`),
    series('internal', `0+0x${quiet} ${faults}+${faults}x${minutes - 1} ${faults * minutes}+0x${last}`),
  ];
}

/** Without what alerts say: promtool compares that too, and it is for people. */
async function rulesWith(severities: readonly Severity[]): Promise<string> {
  const outputs = observabilityEmitter.emit(await modelOf([{ path: 'a.svc', text }]), options);
  const { groups } = parse(outputs.get('generated/observability/rules.yaml')!.text) as { groups: Group[] };
  const kept = groups.map(({ name, rules }) => ({
    name,
    rules: rules
      .filter(({ labels }) => labels.severity === undefined || severities.includes(labels.severity))
      .map(({ annotations, ...rule }) => rule),
  }));
  return stringify({ groups: kept });
}

interface Group {
  readonly name: string;
  readonly rules: readonly { readonly labels: { readonly severity?: Severity }; readonly annotations?: object }[];
}

/** Nothing when promtool finds nothing. */
export function promtool(args: readonly string[], folder: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

export function inFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'weir-rules-'));
  try {
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
