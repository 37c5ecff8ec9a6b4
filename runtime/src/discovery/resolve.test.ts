import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientDefinition } from '../definition.ts';
import { createResolver } from './resolve.ts';

const history: ClientDefinition = {
  name: 'order-history',
  http: { port: 8080 },
  grpc: { port: 9090, service: 'shop.OrderHistoryService' },
  operations: {},
};
const stripe: ClientDefinition = {
  name: 'stripe',
  external: true,
  http: { url: 'https://api.stripe.com' },
  operations: {},
};

test('static discovery looks on this machine, dns by the name of the service', async () => {
  assert.deepEqual(await createResolver({ discovery: 'static', env: {} })(history, 'grpc'), ['127.0.0.1:9090']);
  assert.deepEqual(await createResolver({ discovery: 'dns', env: {} })(history, 'http'), ['order-history:8080']);
  assert.deepEqual(await createResolver({ discovery: 'dns', env: {} })(stripe, 'http'), ['https://api.stripe.com']);
});

test('the environment says otherwise, by transport, with several addresses if need be', async () => {
  const env = {
    WEIR_ORDER_HISTORY_GRPC: 'a:1, [::1]:2',
    WEIR_STRIPE_HTTP: 'http://127.0.0.1:4242/fake',
    WEIR_ORDER_HISTORY_HTTP: ' ',
  };
  const resolve = createResolver({ discovery: 'dns', env });
  assert.deepEqual(await resolve(history, 'grpc'), ['a:1', '[::1]:2']);
  assert.deepEqual(await resolve(history, 'http'), ['order-history:8080']);
  assert.deepEqual(await resolve(stripe, 'http'), ['http://127.0.0.1:4242/fake']);
});

test('the same addresses are the same list, so that policies need not compare', async () => {
  const resolve = createResolver({ discovery: 'static', env: {} });
  assert.equal(await resolve(history, 'grpc'), await resolve(history, 'grpc'));
});

test('a name that stands for all its addresses is looked up', async () => {
  const lookUp = async (host: string) => (host === 'history-pods' ? ['10.0.0.1', '10.0.0.2'] : []);
  const env = { WEIR_ORDER_HISTORY_GRPC: 'dns:///history-pods:9090' };
  const resolve = createResolver({ discovery: 'dns', env, lookUp });
  assert.deepEqual(await resolve(history, 'grpc'), ['10.0.0.1:9090', '10.0.0.2:9090']);
  const mixed = createResolver({ discovery: 'dns', env: { WEIR_ORDER_HISTORY_GRPC: 'a:1, dns:///b:2' }, lookUp });
  await assert.rejects(mixed(history, 'grpc'), /"dns:\/\/\/b:2" is no address; .* or one dns:\/\/\/host:port/);
});

test('what cannot be found says how to set it', async () => {
  const resolve = createResolver({ discovery: 'static', env: { WEIR_ORDER_HISTORY_GRPC: 'a b' } });
  await assert.rejects(resolve(stripe, 'grpc'), /stripe declares no grpc port; set WEIR_STRIPE_GRPC/);
  await assert.rejects(resolve(history, 'grpc'), /WEIR_ORDER_HISTORY_GRPC: "a b" is no address/);
  assert.throws(() => createResolver({ discovery: 'consul', env: {} }), /discovery consul is not supported/);
});
