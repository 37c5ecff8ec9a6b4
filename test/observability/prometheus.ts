import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Scope, startChild } from '../child.ts';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

export interface Prometheus {
  /** What an expression gives now. Rejects with Prometheus' words where it is none. */
  query(expr: string): Promise<readonly Sample[]>;
}

/** A Prometheus that scrapes targets each second, and evaluates rules as often. */
export async function startPrometheus(
  scope: Scope,
  { targets, rules }: { readonly targets: readonly string[]; readonly rules: string },
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-prometheus-'));
  scope.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yaml'],
    scrape_configs: [{ job_name: 'weir', static_configs: [{ targets, labels: { namespace: 'test' } }] }],
  };
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  writeFileSync(join(folder, 'rules.yaml'), rules);
  const address = `127.0.0.1:${await freePort()}`;
  const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${address}`];
  const child = startChild(scope, 'prometheus', args, { cwd: folder });
  await child.until(/Server is ready to receive web requests/);
  return {
    async query(expr) {
      const answer = await fetch(`http://${address}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expr }),
      });
      const { status, error, data } = (await answer.json()) as {
        readonly status: string;
        readonly error?: string;
        readonly data: { readonly result: readonly Sample[] };
      };
      if (status !== 'success') throw new Error(`${error}\n${expr}`);
      return data.result;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as { readonly port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}
