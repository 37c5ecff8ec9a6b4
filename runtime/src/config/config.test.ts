import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { pino } from 'pino';
import type { ConfigEntry } from '../definition.ts';
import { systemClock } from '../policy/clock.ts';
import { type Config, ConfigError } from './config.ts';
import { type Environment, environmentName } from './environment.ts';
import { openConfig } from './live.ts';

/** The configuration with which a service starts. */
function loadConfig(
  entries: Record<string, ConfigEntry>,
  { service, env, file }: { service: string; env: Environment; file?: string },
): Config {
  const definition = { name: service, config: entries, operations: {}, consumers: {}, clients: {} };
  const log = pino({ level: 'silent' });
  const options = { env: { ...env, ...(file && { WEIR_CONFIG: file }) }, clock: systemClock, log, reloaded() {} };
  return openConfig(definition, options).current;
}

function fileWith(content: string, run: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'weir-config-'));
  try {
    const file = join(folder, 'config.json');
    writeFileSync(file, content);
    run(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function faultsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.faults;
  }
  return assert.fail('should have been refused');
}

test('the environment goes before the file, and the file before the default', () => {
  const entries: Record<string, ConfigEntry> = {
    own: { type: 'int32', default: 1 },
    plain: { type: 'int32', default: 1 },
    filed: { type: 'int32', default: 1 },
    defaulted: { type: 'int32', default: 1 },
  };
  const section = { own: 2, plain: 2, filed: 2 };
  fileWith(JSON.stringify({ 'order-history': section, other: { unknown: 1 } }), (file) => {
    const env = { WEIR_CONFIG: file, WEIR_ORDER_HISTORY_OWN: '4', OWN: '3', PLAIN: '3' };
    const config = loadConfig(entries, { service: 'order-history', env });
    assert.deepEqual({ ...config }, { own: 4, plain: 3, filed: 2, defaulted: 1 });
  });
});

test('each type is read into what handlers see', () => {
  const entries: Record<string, ConfigEntry> = {
    flag: { type: 'bool' },
    small: { type: 'int32' },
    big: { type: 'int64' },
    ratio: { type: 'double' },
    text: { type: 'string' },
    id: { type: 'uuid' },
    price: { type: 'decimal' },
    bytes: { type: 'bytes' },
    at: { type: 'timestamp' },
    wait: { type: 'duration' },
    any: { type: 'json' },
    key: { type: 'secret' },
  };
  const env = {
    FLAG: 'TRUE',
    SMALL: '-5',
    BIG: '9007199254740993',
    RATIO: '0.5',
    TEXT: '',
    ID: 'a0616eb4-a238-41c6-a74c-3dd01949b515',
    PRICE: '12.50',
    BYTES: 'AQI=',
    AT: '2026-01-31T08:00:00Z',
    WAIT: '5min',
    ANY: '{"a":[1]}',
    KEY: 'sk_1',
  };
  assert.deepEqual(
    { ...loadConfig(entries, { service: 's', env }) },
    {
      flag: true,
      small: -5,
      big: 9007199254740993n,
      ratio: 0.5,
      text: '',
      id: env.ID,
      price: '12.50',
      bytes: new Uint8Array([1, 2]),
      at: new Date('2026-01-31T08:00:00Z'),
      wait: 300_000,
      any: { a: [1] },
      key: 'sk_1',
    },
  );
});

test('defaults are in JSON form', () => {
  const entries: Record<string, ConfigEntry> = {
    wait: { type: 'duration', default: '1.5s' },
    big: { type: 'uint64', default: '18446744073709551615' },
  };
  assert.deepEqual({ ...loadConfig(entries, { service: 's', env: {} }) }, { wait: 1500, big: 18446744073709551615n });
});

test('all faults stand in one error, each with where it is from and what is wrong', () => {
  const entries: Record<string, ConfigEntry> = {
    pageSize: { type: 'int32', range: [1, 100] },
    flag: { type: 'bool', default: true },
    region: { type: 'string', oneOf: ['eu', 'us'] },
    sku: { type: 'string', matches: '^[A-Z]+$' },
    name: { type: 'string', length: [2, 3] },
    missing: { type: 'string' },
    count: { type: 'int32' },
    huge: { type: 'int64', range: [null, '9007199254740993'] },
    when: { type: 'timestamp' },
  };
  fileWith(JSON.stringify({ orders: { flag: 'yes', pagesize: 5 } }), (file) => {
    const env = {
      WEIR_ORDERS_PAGE_SIZE: '1000',
      REGION: 'moon',
      SKU: 'abc',
      NAME: 'käse',
      COUNT: '',
      HUGE: '9007199254740994',
      WHEN: 'yesterday',
    };
    assert.deepEqual(
      faultsOf(() => loadConfig(entries, { service: 'orders', env, file })),
      [
        `pagesize (${file}): orders declares no such key; it declares pageSize, flag, region, sku, name, missing, count, huge, when`,
        'pageSize (WEIR_ORDERS_PAGE_SIZE): "1000" is not within 1..100',
        `flag (${file}): "yes" is not true or false`,
        'region (REGION): "moon" is none of eu, us',
        'sku (SKU): "abc" does not match ^[A-Z]+$',
        'name (NAME): "käse" has length 4, not within 2..3',
        'missing has no value; set WEIR_ORDERS_MISSING, or orders.missing in the file that WEIR_CONFIG names',
        'count (COUNT): "" is not a number',
        'huge (HUGE): "9007199254740994" is not within ..9007199254740993',
        'when (WHEN): "yesterday" is not a timestamp, such as 2026-01-31T08:00:00Z',
      ],
    );
  });
});

test('a file that cannot be used is a fault among the others', () => {
  const entries: Record<string, ConfigEntry> = { a: { type: 'string' } };
  const faults = (file: string) => faultsOf(() => loadConfig(entries, { service: 's', env: {}, file }));
  assert.match(faults('/nowhere/config.json')[0]!, /\/nowhere\/config\.json cannot be read: ENOENT/);
  fileWith('{"s": {"key": "sk_live_1" oops', (file) =>
    assert.equal(faults(file)[0], `the file ${file} is not valid JSON`),
  );
  fileWith('[]', (file) => assert.match(faults(file)[0]!, /must hold an object/));
  fileWith('{"s": 5}', (file) => assert.match(faults(file)[0]!, /the section s of .* must be an object/));
});

test('secrets are read by name, and never printed', () => {
  const entries: Record<string, ConfigEntry> = { stripeKey: { type: 'secret' }, big: { type: 'int64', default: '5' } };
  const config = loadConfig(entries, { service: 's', env: { STRIPE_KEY: 'sk_live_1' } });
  assert.equal(config.stripeKey, 'sk_live_1');
  const lines: string[] = [];
  pino({}, { write: (line) => lines.push(line) }).info({ config }, 'started');
  for (const printed of [JSON.stringify(config), inspect(config), inspect({ config }), ...lines]) {
    assert.ok(printed.includes('***') && !printed.includes('sk_live'), printed);
  }
  const faults = faultsOf(() =>
    loadConfig({ stripeKey: { type: 'secret', length: [20, 40] } }, { service: 's', env: { STRIPE_KEY: 'sk_live_1' } }),
  );
  assert.deepEqual(faults, ['stripeKey (STRIPE_KEY): the secret has length 9, not within 20..40']);
});

test('names are written in the environment in upper case with underscores', () => {
  const names = ['pageSize', 'order-history', 'ordersDb', 'HTTPPort', 'a1B', 'x'];
  assert.deepEqual(names.map(environmentName), ['PAGE_SIZE', 'ORDER_HISTORY', 'ORDERS_DB', 'HTTP_PORT', 'A1_B', 'X']);
});
