import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { Client, credentials as grpcCredentials } from '@grpc/grpc-js';
import { pino } from 'pino';
import { createCodec } from '../codec/codec.ts';
import type { ClientDefinition, ServiceDefinition } from '../definition.ts';
import type { ServiceError } from '../errors.ts';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds } from '../fixtures/kinds.ts';
import { grpcTransport } from '../grpc/client.ts';
import { httpTransport } from '../http/client.ts';
import { startGateway } from '../http/gateway.ts';
import { systemClock } from '../policy/clock.ts';
import { serve } from '../service.ts';
import { type Authority, createAuthority, type Names } from './certificate-fixture.ts';
import { openCredentials } from './credentials.ts';
import { tlsFilesOf } from './files.ts';
import { trustBy } from './trust.ts';

const silent = pino({ level: 'silent' });
const mesh = createAuthority('mesh');
const names: Names = { dns: ['localhost', 'kinds'], ips: ['127.0.0.1'], uris: ['spiffe://shop.example/kinds'] };

/** A folder as cert-manager fills it. */
function folder(t: TestContext, of: Names, by: Authority = mesh, ca = by.ca) {
  const path = mkdtempSync(join(tmpdir(), 'weir-tls-'));
  t.after(() => rmSync(path, { recursive: true }));
  const write = (authority: Authority, trusted: string) => {
    const { cert, key } = authority.issue(of);
    writeFileSync(join(path, 'ca.crt'), trusted);
    writeFileSync(join(path, 'tls.crt'), cert);
    writeFileSync(join(path, 'tls.key'), key);
    return cert;
  };
  write(by, ca);
  return { path, write };
}

async function start(t: TestContext, env: NodeJS.ProcessEnv, change: Partial<ServiceDefinition> = {}) {
  const { handlers, seen } = kindsHandlers();
  const service = await serve({ ...kinds, ...change }, handlers, {
    env: { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}', ...env },
    log: silent,
    host: '127.0.0.1',
    ports: { http: 0, grpc: 0 },
    signals: false,
  });
  t.after(() => {
    seen.release();
    return service.stop();
  });
  return { service, seen, http: service.ports.http!, grpc: service.ports.grpc! };
}

async function open(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: mesh.ca, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

/** Status and body of a GET on a connection of its own. */
async function get(port: number, path: string, options: ConnectionOptions = {}) {
  const socket = await open(port, options);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  let text = '';
  for await (const part of socket) text += part;
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), body: text.slice(text.indexOf('\r\n\r\n') + 4) };
}

function grpcGet(t: TestContext, port: number, [ca, key, cert]: readonly string[]): Promise<unknown> {
  const bytes = [ca, key, cert].map((pem) => (pem === undefined ? null : Buffer.from(pem)));
  const client = new Client(`localhost:${port}`, grpcCredentials.createSsl(bytes[0]!, bytes[1]!, bytes[2]!));
  t.after(() => client.close());
  const codec = createCodec(kinds.types);
  const request = Buffer.from(codec.serialize('weir.kinds.GetItemRequest', { id: 7, tags: [] }));
  return new Promise((resolve, reject) => {
    const asIs = (bytes: Buffer) => bytes;
    client.makeUnaryRequest('/weir.kinds.KindsService/GetItem', asIs, asIs, request, (error, answer) => {
      if (error === null) resolve(codec.deserialize('weir.kinds.Note', answer!));
      else reject(error);
    });
  });
}

test('a service that is given certificates speaks TLS, by HTTP and by gRPC', async (t) => {
  const { path } = folder(t, names);
  const { http, grpc } = await start(t, { WEIR_TLS_DIR: path });
  assert.deepEqual(await get(http, '/v1/items/7'), { status: 200, body: '{"text":"item 7"}' });
  assert.deepEqual(await grpcGet(t, grpc, [mesh.ca]), { text: 'item 7' });
  await assert.rejects(fetch(`http://127.0.0.1:${http}/v1/items/7`));
  await assert.rejects(open(http, { maxVersion: 'TLSv1.1' }));
});

test('files that are no good are told by `/readyz`, which stays ready', { timeout: 60_000 }, async (t) => {
  const mounted = folder(t, names);
  const { http } = await start(t, { WEIR_TLS_DIR: mounted.path });
  const readyz = async () => {
    const { status, body } = await get(http, '/readyz');
    return { status, certificates: JSON.parse(body).certificates as Record<string, string> | undefined };
  };
  assert.deepEqual(await readyz(), { status: 200, certificates: undefined });
  writeFileSync(join(mounted.path, 'tls.crt'), 'nothing');
  let told = await readyz();
  while (told.certificates === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    told = await readyz();
  }
  assert.equal(told.status, 200);
  assert.equal(told.certificates.status, 'refused');
  assert.match(told.certificates.fault!, /tls\.crt holds no certificate in PEM form/);
  assert.ok(Date.parse(told.certificates.expires!) > Date.now());
});

test('with `mtls on`, operations are for those whom the CA vouches for; probes and metrics are for all', async (t) => {
  const { path } = folder(t, names);
  const { http, grpc, seen } = await start(t, { WEIR_TLS_DIR: path }, { mtls: true });
  const stranger = createAuthority('stranger').issue({ dns: ['orders'] });
  for (const shown of [{}, stranger]) {
    const { status, body } = await get(http, '/v1/items/7', shown);
    assert.equal(status, 401);
    assert.match(JSON.parse(body).detail, /must show a certificate/);
    for (const open of ['/healthz', '/readyz', '/metrics']) assert.equal((await get(http, open, shown)).status, 200);
  }
  await assert.rejects(grpcGet(t, grpc, [mesh.ca]), { code: 16 });
  await assert.rejects(grpcGet(t, grpc, [mesh.ca, stranger.key, stranger.cert]), { code: 16 });
  assert.equal(seen.calls.length, 0);
  const known = mesh.issue({ dns: ['orders'] });
  assert.equal((await get(http, '/v1/items/7', known)).status, 200);
  assert.deepEqual(await grpcGet(t, grpc, [mesh.ca, known.key, known.cert]), { text: 'item 7' });
});

test('a session that is resumed does not stand for a certificate', async (t) => {
  const { path } = folder(t, names);
  const { http } = await start(t, { WEIR_TLS_DIR: path }, { mtls: true });
  const socket = await open(http, {});
  const [session] = await once(socket, 'session');
  socket.destroy();
  const resumed = await open(http, { session });
  assert.equal(resumed.isSessionReused(), true);
  resumed.destroy();
  assert.equal((await get(http, '/v1/items/7', { session })).status, 401);
});

test('`optional` lets callers in that show nothing yet', async (t) => {
  const { path } = folder(t, names);
  const { http } = await start(t, { WEIR_TLS_DIR: path, WEIR_TLS_PEERS: 'optional' }, { mtls: true });
  assert.equal((await get(http, '/v1/items/7')).status, 200);
});

test('what is missing for mtls is said at the start', async (t) => {
  const { path } = folder(t, names);
  rmSync(join(path, 'ca.crt'));
  await assert.rejects(start(t, { WEIR_TLS_DIR: path }, { mtls: true }), /kinds verifies its callers and has no CA/);
  await assert.rejects(start(t, { WEIR_TLS_PEERS: 'maybe' }), /WEIR_TLS_PEERS is "maybe"; write required or optional/);
});

async function client(t: TestContext, path: string, env: NodeJS.ProcessEnv = {}) {
  const credentials = await openCredentials(tlsFilesOf('orders', { WEIR_TLS_DIR: path })!, { log: silent });
  const codec = createCodec(kinds.types);
  const trustOf = trustBy(credentials, env);
  const transports = { http: httpTransport(codec, kinds.types, trustOf), grpc: grpcTransport(codec, { trustOf }) };
  t.after(async () => {
    credentials.close();
    await Promise.all([transports.http.close(), transports.grpc.close()]);
  });
  const destination: ClientDefinition = { name: 'kinds', grpc: kinds.grpc!, operations: {} };
  const call = (endpoint: string, by: keyof typeof transports = 'http') =>
    transports[by].operation(destination, kinds.operations.getItem!).unary({ id: 7, tags: [] })({
      endpoint,
      signal: new AbortController().signal,
      timeLeft: undefined,
      headers: {},
    });
  return { credentials, call };
}

test('a client holds a service to the name in its address, or to the one it is told', async (t) => {
  const { path } = folder(t, names);
  const { http, grpc } = await start(t, { WEIR_TLS_DIR: path }, { mtls: true });
  const fails = async (work: Promise<unknown>, message: RegExp) =>
    assert.rejects(work, (error: ServiceError) => {
      assert.deepEqual([error.code, error.origin], ['unavailable', 'connect']);
      assert.match(error.message, message);
      return true;
    });
  for (const name of [undefined, 'kinds', 'spiffe://shop.example/kinds']) {
    const { call } = await client(t, path, { WEIR_KINDS_TLS_NAME: name });
    assert.deepEqual(await call(`127.0.0.1:${http}`), { text: 'item 7' });
    assert.deepEqual(await call(`127.0.0.1:${grpc}`, 'grpc'), { text: 'item 7' });
  }
  for (const name of ['other', 'spiffe://shop.example/other']) {
    const { call } = await client(t, path, { WEIR_KINDS_TLS_NAME: name });
    await fails(call(`127.0.0.1:${http}`), /other/);
    await fails(call(`127.0.0.1:${grpc}`, 'grpc'), /other/);
  }
  const elsewhere = createAuthority('elsewhere');
  const { call } = await client(t, folder(t, names, elsewhere).path);
  await fails(call(`localhost:${http}`), /certificate/);
});

test('all certificates and their CA are replaced under traffic, and no call fails', { timeout: 60_000 }, async (t) => {
  const next = createAuthority('mesh 2');
  const both = mesh.ca + next.ca;
  const server = folder(t, names);
  const caller = folder(t, { dns: ['orders'] });
  const { http, grpc, seen } = await start(t, { WEIR_TLS_DIR: server.path }, { mtls: true });
  const { call, credentials } = await client(t, caller.path);
  let going = true;
  let calls = 0;
  const traffic = Array.from({ length: 8 }, async (_, i) => {
    while (going) {
      const answer = i % 2 === 0 ? call(`127.0.0.1:${http}`) : call(`127.0.0.1:${grpc}`, 'grpc');
      assert.deepEqual(await answer, { text: 'item 7' });
      calls += 1;
    }
  });
  const shownBy = async () => {
    const socket = await open(http, { ca: both });
    const cert = socket.getPeerX509Certificate()!.toString();
    socket.destroy();
    return cert;
  };
  const becomes = async (cert: string) => {
    while ((await shownBy()) !== cert) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const change = () => new Promise((resolve) => credentials.onChange(resolve));
  // As one does it: all trust both, then all are signed by the new one, then the old one goes.
  for (const [signer, trusted] of [
    [mesh, both],
    [next, both],
    [next, next.ca],
  ] as const) {
    const changed = change();
    const cert = server.write(signer, trusted);
    caller.write(signer, trusted);
    await changed;
    await becomes(cert);
    const before = calls;
    while (calls < before + 50) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  going = false;
  await Promise.all(traffic);
  assert.equal(seen.calls.length, calls);
  const old = mesh.issue({ dns: ['orders'] });
  assert.equal(
    (await get(http, '/v1/items/7', { ca: next.ca, ...old })).status,
    401,
    'who has the old CA is a stranger',
  );
});

test('a gateway speaks TLS on both sides, and shows services its certificate', { timeout: 60_000 }, async (t) => {
  const { path, write } = folder(t, names);
  const { http } = await start(t, { WEIR_TLS_DIR: path }, { mtls: true });
  const files = tlsFilesOf('edge', { WEIR_TLS_DIR: path })!;
  const routes = kinds.operations.getItem!.routes;
  const gateway = await startGateway(
    { name: 'edge', hosts: [], upstreams: { kinds: { name: 'kinds', port: 0, routes } }, policy: {} },
    {
      clock: systemClock,
      log: silent,
      host: '127.0.0.1',
      port: 0,
      addressOf: () => `https://127.0.0.1:${http}`,
      tls: files,
    },
  );
  t.after(() => gateway.stop());
  const { protocol, port } = new URL(gateway.url);
  assert.equal(protocol, 'https:');
  assert.deepEqual(await get(Number(port), '/v1/items/7'), { status: 200, body: '{"text":"item 7"}' });
  const cert = write(mesh, mesh.ca);
  for (;;) {
    const socket = await open(Number(port), {});
    const shown = socket.getPeerX509Certificate()!.toString();
    socket.destroy();
    if (shown === cert) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal((await get(Number(port), '/v1/items/7')).status, 200);
});
