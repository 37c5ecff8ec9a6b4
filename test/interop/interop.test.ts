/**
 * The official interoperability cases of gRPC, against two implementations that nobody here wrote, in both directions.
 * https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing } from '../installed.ts';
import { CASES } from './cases.ts';
import { grpcJsClient, grpcJsServer } from './grpc-js.ts';
import { pythonPeer } from './python.ts';
import { weirClient, weirServer } from './weir.ts';

const skip = missing('protoc', 'grpcio');

test('clients of grpc-js find in the runtime’s server what they expect', async (t) => {
  const server = await weirServer();
  const client = grpcJsClient(server.address);
  for (const name of CASES) await t.test(name, client.cases[name]);
  client.close();
  await stopsAtOnce(server);
});

test('the runtime’s clients find in a server of grpc-js what they expect', async (t) => {
  const server = await grpcJsServer();
  const client = await weirClient(server.address);
  for (const name of CASES) await t.test(name, client.cases[name]);
  await client.close();
  server.stop();
});

test('clients of Python’s grpcio find in the runtime’s server what they expect', { skip }, async (t) => {
  const server = await weirServer();
  const results = await (await pythonPeer(t)).run(server.address);
  for (const name of CASES) await t.test(name, () => assert.equal(results[name], 'ok'));
  await stopsAtOnce(server);
});

test('the runtime’s clients find in a server of Python’s grpcio what they expect', { skip }, async (t) => {
  const address = await (await pythonPeer(t)).serve();
  const client = await weirClient(address);
  for (const name of CASES) await t.test(name, client.cases[name]);
  await client.close();
});

test('the runtime’s clients find in its own server what they expect', async (t) => {
  const server = await weirServer();
  const client = await weirClient(server.address);
  for (const name of CASES) await t.test(name, client.cases[name]);
  await client.close();
  await stopsAtOnce(server);
});

/** A call that a case had left behind would have to be waited for. */
async function stopsAtOnce(server: { stop(): Promise<void> }): Promise<void> {
  const begun = performance.now();
  await server.stop();
  assert.ok(performance.now() - begun < 5000, 'no case leaves a call behind');
}
