import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled } from '../golden-fixture.ts';
import { composeEmitter } from './index.ts';

const emit = async (sources: Parameters<typeof modelOf>[0]) => composeEmitter.emit(await modelOf(sources), options);

/** A copy from github.com/compose-spec/compose-go v2.16.2 (Apache-2.0), which Docker Compose reads its files with. */
const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/compose-spec.json'), 'utf8'));
const valid = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

/** Every kind of resource, one that nobody here knows, names that meet, ports that meet, and settings that ask for care. */
const many = [
  {
    path: 'a.svc',
    text: `package acme.a
      resource main postgres { version 18 }
      resource old mysql { version 8.4 }
      resource older mariadb { version 11.4 }
      resource docs mongodb { version 8 }
      resource kept redis
      resource valkeyed valkey { version 8 }
      resource queue rabbitmq { version 4.1 }
      resource log kafka { version 4.0 }
      resource bus nats { version 2.10 }
      resource first redis { version 7 }
      resource strange starfish { version 1 }
      external outside { url "https://outside.example/$HOME"  rpc Ask() { route POST /ask } }
      auth partner key { header "X-Key" }
      auth customer jwt { issuer "https://id.example" }
      service first {
        http 8080  grpc 9000
        uses second, outside
        uses main, old, older, docs, kept, valkeyed, queue, log, bus, first, strange
        config {
          dollars: string default "$1"
          size: int32
          /// From the page: {of} the account.
          key: secret
        }
        rpc Do() { route POST /do  auth partner  calls second.Do, outside.Ask }
        rpc See() { route GET /see  auth customer }
        deploy { drain 45s }
      }
      service second { grpc 9000  rpc Do() { idempotent } }
      service third {
        image "registry.example/{service}:{version}"
        version 3.2.1
        http 8080
        uses kept
        config { price: string default "$5"  token: secret  rate: int32 default 7 }
      }`,
  },
];

test('the file of a small system is as committed', async () => {
  assertGolden(composeEmitter.emit(await goldenModel(), options), join(import.meta.dirname, 'golden'));
});

test('the order of files and declarations does not show', async () => {
  const text = async (sources: Parameters<typeof emit>[0]) =>
    [...(await emit(sources))].map(([path, output]) => [path, output.text]);
  for (const sources of [goldenSources(), many]) assert.deepEqual(await text(shuffled(sources)), await text(sources));
});

const read = async (sources: Parameters<typeof emit>[0]) =>
  parse((await emit(sources)).get('generated/compose.yaml')?.text ?? '');

test('it is what the Compose specification asks for', async () => {
  for (const sources of [goldenSources(), many]) {
    assert.ok(valid(await read(sources)), JSON.stringify(valid.errors));
    assert.ok(!valid({ services: { a: { imag: 'x' } } }));
  }
});

test('every resource has a server that is asked whether it is healthy before a service starts', async () => {
  const { services, volumes } = await read(many);
  const images = Object.values<{ image?: string }>(services).flatMap(({ image }) => image ?? []);
  assert.deepEqual(images.sort(), [
    'apache/kafka:4.0.0',
    'mariadb:11.4',
    'mongo:8',
    'mysql:8.4',
    'nats:2.10-alpine',
    'postgres:18-alpine',
    'rabbitmq:4.1-alpine',
    'redis:7-alpine',
    'redis:latest',
    'registry.example/third:3.2.1',
    'valkey:8-alpine',
  ]);
  for (const [name, condition] of Object.entries<object>(services.first.depends_on)) {
    assert.deepEqual(condition, { condition: 'service_healthy' });
    assert.ok(services[name].healthcheck.test.length > 1 && name in volumes, name);
  }
  assert.equal(Object.keys(services.first.depends_on).length, 10);
});

/** As Compose writes a variable that may be given from outside. */
const unless = (name: string, value: string) => `\${${name}:-${value}}`;

test('a service finds everything by its environment, and what must be known is asked for', async () => {
  const { services } = await read(many);
  assert.deepEqual(services.first.environment, {
    WEIR_AUTH_CUSTOMER_ISSUER: unless('WEIR_AUTH_CUSTOMER_ISSUER', 'https://id.example'),
    WEIR_AUTH_CUSTOMER_JWKS: unless('WEIR_AUTH_CUSTOMER_JWKS', 'https://id.example/.well-known/jwks.json'),
    WEIR_AUTH_PARTNER_KEYS: unless('WEIR_AUTH_PARTNER_KEYS', 'local:local-key'),
    WEIR_BUS_URL: 'nats://bus:4222',
    WEIR_DOCS_URL: 'mongodb://docs:27017/docs',
    WEIR_FIRST_KEY: unless('WEIR_FIRST_KEY', 'local'),
    WEIR_FIRST_SIZE: `\${WEIR_FIRST_SIZE:?the setting size of first, of the type int32}`,
    WEIR_FIRST_URL: 'redis://first-redis:6379',
    WEIR_KEPT_URL: 'redis://kept:6379',
    WEIR_LOG_RESOURCE_URL: 'kafka://log:9092',
    WEIR_MAIN_URL: 'postgres://main:local@main:5432/main',
    WEIR_OLDER_URL: 'mariadb://older:local@older:3306/older',
    WEIR_OLD_URL: 'mysql://old:local@old:3306/old',
    WEIR_OUTSIDE_HTTP: unless('WEIR_OUTSIDE_HTTP', 'https://outside.example/$$HOME'),
    WEIR_QUEUE_URL: 'amqp://queue:local@queue:5672',
    WEIR_SECOND_GRPC: 'second:9000',
    WEIR_STRANGE_URL: `\${WEIR_STRANGE_URL:?where a starfish server is, for strange}`,
    WEIR_VALKEYED_URL: 'redis://valkeyed:6379',
  });
  assert.deepEqual(services.third.environment, {
    KEPT_URL: 'redis://kept:6379',
    PRICE: '$$5',
    RATE: '7',
    TOKEN: unless('TOKEN', 'local'),
  });
});

test('ports are open to this machine only, and those that two services have at any that is free', async () => {
  const { services } = await read(many);
  assert.deepEqual(services.first.ports, ['127.0.0.1:8080:8080', '127.0.0.1:9000:9000']);
  assert.deepEqual([services.second.ports, services.third.ports], [['127.0.0.1::9000'], ['127.0.0.1::8080']]);
  assert.deepEqual(services.second.environment.WEIR_ADMIN_PORT, '9464');
  assert.match(
    services.second.healthcheck.test.join(' '),
    /^CMD node --eval fetch\('http:\/\/127\.0\.0\.1:9464\/readyz'\)/,
  );
});
