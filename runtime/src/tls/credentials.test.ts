import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { createAuthority, hours, type Issued } from './certificate-fixture.ts';
import { type Credentials, openCredentials } from './credentials.ts';
import { tlsFilesOf } from './files.ts';

const mesh = createAuthority('mesh');

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'weir-tls-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function write(path: string, { cert, key }: Issued, ca = mesh.ca): void {
  writeFileSync(join(path, 'tls.crt'), cert);
  writeFileSync(join(path, 'tls.key'), key);
  writeFileSync(join(path, 'ca.crt'), ca);
}

async function open(t: TestContext, path: string) {
  const lines: { level: number; msg: string; err?: { message: string } }[] = [];
  const reloads: string[] = [];
  let wake = () => {};
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const onReload = (outcome: string) => {
    reloads.push(outcome);
    wake();
  };
  const credentials = await openCredentials(tlsFilesOf('orders', { WEIR_TLS_DIR: path })!, { log, onReload });
  t.after(() => credentials.close());
  /** Resolves at the next change that is taken or refused. */
  const reload = () => new Promise<void>((resolve) => (wake = resolve));
  return { credentials, lines, reloads, reload };
}

const certOf = ({ current }: Credentials) => current.cert.toString();

test('a certificate that is renewed is taken, and who listens is told', async (t) => {
  const path = folder(t);
  write(path, mesh.issue({ dns: ['orders'] }));
  const { credentials, reload, lines } = await open(t, path);
  const told: number[] = [];
  const unlisten = credentials.onChange(({ expiresAt }) => told.push(expiresAt));
  const next = mesh.issue({ dns: ['orders'] }, hours(-1, 2));
  const changed = reload();
  write(path, next);
  await changed;
  assert.equal(certOf(credentials), next.cert);
  assert.equal(told.length, 1);
  assert.ok(Math.abs(told[0]! - Date.now() - 2 * 3_600_000) < 60_000);
  assert.match(lines[0]!.msg, /certificates have changed; new connections use them/);
  unlisten();
  const again = reload();
  write(path, mesh.issue({ dns: ['orders'] }));
  await again;
  assert.equal(told.length, 1);
});

test('a folder as Kubernetes mounts it, whose link is swapped, is followed', async (t) => {
  const path = folder(t);
  const fill = (name: string, issued: Issued) => {
    mkdirSync(join(path, name));
    write(join(path, name), issued);
    symlinkSync(name, join(path, '..data_tmp'));
    renameSync(join(path, '..data_tmp'), join(path, '..data'));
  };
  fill('..2026_01', mesh.issue({ dns: ['orders'] }));
  for (const file of ['tls.crt', 'tls.key', 'ca.crt']) symlinkSync(join('..data', file), join(path, file));
  const { credentials, reload } = await open(t, path);
  const next = mesh.issue({ dns: ['orders'] });
  const changed = reload();
  fill('..2026_02', next);
  rmSync(join(path, '..2026_01'), { recursive: true });
  await changed;
  assert.equal(certOf(credentials), next.cert);
});

test('files that are no good change nothing, and are reported once', { timeout: 60_000 }, async (t) => {
  const path = folder(t);
  const first = mesh.issue({ dns: ['orders'] });
  write(path, first);
  const { credentials, reload, reloads, lines } = await open(t, path);
  const faults: [Issued, RegExp][] = [
    [{ cert: first.cert, key: mesh.issue({}).key }, /tls\.key is not the key of .*tls\.crt/],
    [{ cert: 'nothing', key: first.key }, /tls\.crt holds no certificate in PEM form/],
    [{ cert: first.cert, key: 'nothing' }, /tls\.key holds no private key/],
    [mesh.issue({ dns: ['orders'] }, hours(-2, -1)), /tls\.crt expired on 20/],
    [mesh.issue({ dns: ['orders'] }, hours(1, 2)), /tls\.crt is not valid before 20/],
  ];
  for (const [issued, message] of faults) {
    const refused = reload();
    write(path, issued);
    await refused;
    assert.match(lines.at(-1)!.err!.message, message);
    assert.equal(certOf(credentials), first.cert);
  }
  const gone = reload();
  rmSync(join(path, 'ca.crt'));
  await gone;
  assert.match(lines.at(-1)!.err!.message, /ca\.crt cannot be read: ENOENT/);
  assert.deepEqual(new Set(reloads), new Set(['refused']));
  assert.equal(reloads.length, faults.length + 1, 'what is wrong is told once');
  const good = mesh.issue({ dns: ['orders'] });
  const taken = reload();
  write(path, good);
  await taken;
  assert.deepEqual([reloads.at(-1), certOf(credentials)], ['taken', good.cert]);
});

test('files that are no good at the start are refused', async (t) => {
  const path = folder(t);
  write(path, mesh.issue({ dns: ['orders'] }), 'nothing');
  await assert.rejects(open(t, path), /ca\.crt holds no certificate in PEM form/);
  write(path, mesh.issue({ dns: ['orders'] }, hours(-2, -1)));
  await assert.rejects(open(t, path), /tls\.crt expired on/);
});

test('the environment says where the files are', (t) => {
  const path = folder(t);
  write(path, mesh.issue({}));
  const [cert, key, ca] = ['tls.crt', 'tls.key', 'ca.crt'].map((file) => join(path, file));
  assert.equal(tlsFilesOf('orders', {}), undefined);
  assert.deepEqual(tlsFilesOf('orders', { WEIR_TLS_DIR: path }), { cert, key, ca });
  assert.deepEqual(tlsFilesOf('orders', { WEIR_TLS_CERT: 'c', WEIR_TLS_KEY: 'k' }), { cert: 'c', key: 'k' });
  assert.deepEqual(tlsFilesOf('orders', { WEIR_TLS_DIR: path, WEIR_TLS_CA: 'other' }), { cert, key, ca: 'other' });
  const own = { WEIR_TLS_DIR: 'elsewhere', WEIR_ORDER_HISTORY_TLS_DIR: path };
  assert.deepEqual(tlsFilesOf('order-history', own), { cert, key, ca });
  assert.throws(() => tlsFilesOf('orders', { WEIR_TLS_CERT: 'c' }), /WEIR_TLS_CERT and WEIR_TLS_KEY belong together/);
  writeFileSync(join(path, 'ca.crt'), '');
  assert.deepEqual(tlsFilesOf('orders', { WEIR_TLS_DIR: path }), { cert, key });
});
