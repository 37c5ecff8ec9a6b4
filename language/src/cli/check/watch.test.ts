import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratch } from '../../project/scratch-fixture.ts';

const bin = fileURLToPath(new URL('../../../bin/weir.js', import.meta.url));

/** How long an answer may take on a machine that has much else to do, in milliseconds. */
const patience = 30_000;

/** `weir check --watch` as a process; it is killed when the test ends. */
class Watcher {
  readonly process: ChildProcess;
  private text = '';
  private heard: () => void = () => {};

  constructor(t: TestContext, cwd: string) {
    this.process = spawn(process.execPath, [bin, 'check', '--watch'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    t.after(() => this.process.kill('SIGKILL'));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (piece: string) => {
        this.text += piece;
        this.heard();
      });
    }
  }

  /** Waits for a text, and forgets what came up to the end of it. */
  async until(wanted: RegExp): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      const found = wanted.exec(this.text);
      if (found) {
        this.text = this.text.slice(found.index + found[0].length);
        return;
      }
      assert.ok(Date.now() < deadline, `waited in vain for ${wanted}; there is: ${this.text}`);
      await new Promise<void>((resolve) => {
        this.heard = resolve;
        setTimeout(resolve, 200);
      });
    }
  }
}

const waiting = /^\d\d:\d\d:\d\d {2}(\d+ files? checked in \d+\.\d s\. )?Waiting for a change; Ctrl-C ends\.$/m;

test('a project is checked again when files change, come, go, or are half written; Ctrl-C ends with 130', async (t) => {
  const { root, path, write } = await scratch(t, { 'weir.json': '{}', 'x.svc': 'enum E { a = 1 }\n' });
  const watcher = new Watcher(t, root);
  await watcher.until(/x\.svc:1:\d+: error: enum-zero/);
  await watcher.until(waiting);

  await write({ 'x.svc': 'enum E { a = ' });
  await watcher.until(/x\.svc:\d+:\d+: error: syntax/);
  await write({ 'x.svc': 'enum E { a = 0 }\n' });
  await watcher.until(/\d errors?|hint|Nothing found/);
  await watcher.until(/1 file checked/);

  await write({ 'below/y.svc': 'enum F { a = 1 }\n' });
  await watcher.until(/below\/y\.svc:1:\d+: error: enum-zero/);
  await watcher.until(/2 files checked/);
  await write({ 'weir.json': '{ "rules": { "enum-zero": "off" ' });
  await watcher.until(/weir\.json:1:\d+: error: a closing brace/);
  await watcher.until(waiting);
  await write({ 'weir.json': '{ "rules": { "enum-zero": "hint" } }' });
  await watcher.until(/below\/y\.svc:1:\d+: hint: enum-zero/);
  await rm(path('below'), { recursive: true });
  await watcher.until(/1 file checked/);
  await rm(path('x.svc'));
  await watcher.until(/there are no sources here/);
  await watcher.until(waiting);
  await write({ 'z.svc': '' });
  await watcher.until(/Nothing found\./);
  await watcher.until(waiting);

  watcher.process.kill('SIGINT');
  const [code] = await once(watcher.process, 'exit');
  assert.equal(code, 130);
});
