import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { kinds } from '../fixtures/kinds.ts';
import type { CallContext, ServiceDefinition } from '../index.ts';
import { serve } from '../service.ts';

const definition: ServiceDefinition = {
  ...kinds,
  name: 'pages',
  operations: {
    getItem: {
      ...kinds.operations.getItem!,
      policy: { limit: { rate: 0.001, burst: 1 } },
      calls: { kinds: { getItem: { timeout: 60_000 } } },
    },
  },
  clients: { kinds: { name: 'kinds', http: { port: 1 }, operations: { getItem: kinds.operations.getItem! } } },
  auth: {},
  config: { pageSize: { type: 'int32', default: 50, hot: true } },
};

type Context = CallContext<{ pageSize: number }> & { kinds: { getItem(request: object): Promise<{ text: string }> } };

async function started(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.json');
  const write = (section: object) => writeFileSync(path, JSON.stringify({ pages: section }));
  write({});
  // A neighbour that never answers.
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.closeAllConnections());
  t.after(() => silent.close());
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const handlers = {
    async getItem({ id }: { id: number }, context: Context) {
      const before = context.config.pageSize;
      if (id === 2) write({ pageSize: 3 });
      if (id === 2) await new Promise((resolve) => service.config.watch(resolve));
      if (id === 3) await context.kinds.getItem({ id: 1, tags: [] });
      return { text: `${before} ${context.config.pageSize} ${service.config.current.pageSize}` };
    },
  };
  const env = { WEIR_CONFIG: path, WEIR_KINDS_HTTP: address };
  const quiet = { log: pino({ level: 'silent' }), host: '127.0.0.1', signals: false, ports: { http: 0, grpc: 0 } };
  const service = await serve(definition, handlers, { ...quiet, env });
  t.after(() => service.stop());
  const url = `http://127.0.0.1:${service.ports.http}`;
  const get = async (path: string) => {
    const response = await fetch(url + path);
    return { status: response.status, body: await response.text() };
  };
  /** Waits until `/readyz` says so of the file. */
  const until = async (text: string | undefined) => {
    for (;;) {
      const { status, body } = await get('/readyz');
      assert.equal(status, 200);
      const { config } = JSON.parse(body) as { config?: { faults: string[] } };
      if (text === undefined ? config === undefined : config?.faults.some((fault) => fault.includes(text))) return;
    }
  };
  return { write, get, until };
}

test('numbers of a limit and of a timeout change under a running service', { timeout: 20_000 }, async (t) => {
  const { write, get, until } = await started(t);
  assert.equal((await get('/v1/items/1')).body, '{"text":"50 50 50"}');
  assert.equal((await get('/v1/items/1')).status, 429);
  write({ $policies: { GetItem: { limit: { rate: 'many' } } } });
  await until('rate is "many"');
  assert.equal((await get('/v1/items/1')).status, 429);
  assert.match((await get('/metrics')).body, /weir_config_file_good\{service="pages"\} 0/);
  write({
    $policies: { GetItem: { limit: { rate: '1000/s', burst: 1000 } }, 'GetItem -> kinds.GetItem': { timeout: '20ms' } },
  });
  await until(undefined);
  assert.equal((await get('/v1/items/1')).status, 200);
  assert.equal((await get('/v1/items/3')).status, 504);
  const { body } = await get('/metrics');
  assert.match(body, /weir_config_reloads_total\{outcome="refused",service="pages"\} 1/);
  assert.match(body, /weir_config_reloads_total\{outcome="applied",service="pages"\} 1/);
  assert.match(body, /weir_config_file_good\{service="pages"\} 1/);
});

test('one request sees one configuration; the next sees the new one', { timeout: 20_000 }, async (t) => {
  const { write, get, until } = await started(t);
  write({ pageSize: 4, $policies: { GetItem: { limit: { burst: 1000 } } } });
  for (;;) if ((await get('/v1/items/1')).body === '{"text":"4 4 4"}') break;
  assert.equal((await get('/v1/items/2')).body, '{"text":"4 4 3"}');
  assert.equal((await get('/v1/items/1')).status, 429, 'the file takes its limit back');
  await until(undefined);
});
