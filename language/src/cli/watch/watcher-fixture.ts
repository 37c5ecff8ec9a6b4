import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Scratch } from '../../project/scratch-fixture.ts';

const bin = fileURLToPath(new URL('../../../bin/weir.js', import.meta.url));

/** How long an answer may take on a machine that has much else to do, in milliseconds. */
const patience = 30_000;

/** The last line of each round. */
export const waiting =
  /^\d\d:\d\d:\d\d {2}(\d+ files? (checked|built) in \d+\.\d s\. )?Waiting for a change; Ctrl-C ends\.$/m;

/** A command that watches, as a process; it is killed when the test ends. */
export class Watcher {
  private readonly process: ChildProcess;
  private text = '';
  private heard: () => void = () => {};

  /** @param below where it is started, in the folder */
  constructor(t: TestContext, { root, path }: Scratch, args: readonly string[], below = '.') {
    this.process = spawn(process.execPath, [bin, ...args], {
      cwd: path(below),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WEIR_CACHE_DIR: `${root}-cache` },
    });
    t.after(() => {
      this.process.kill('SIGKILL');
      rmSync(`${root}-cache`, { recursive: true, force: true });
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (piece: string) => {
        this.text += piece;
        this.heard();
      });
    }
  }

  /** Waits for a text, and forgets what came up to the end of it; gives what came before it. */
  async until(wanted: RegExp): Promise<string> {
    const deadline = Date.now() + patience;
    for (;;) {
      const found = wanted.exec(this.text);
      if (found) {
        const before = this.text.slice(0, found.index);
        this.text = this.text.slice(found.index + found[0].length);
        return before;
      }
      assert.ok(Date.now() < deadline, `waited in vain for ${wanted}; there is: ${this.text}`);
      await new Promise<void>((resolve) => {
        this.heard = resolve;
        setTimeout(resolve, 200);
      });
    }
  }

  /** Presses Ctrl-C, and gives the exit code. */
  async interrupt(): Promise<number | null> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGINT');
    return (await ended)[0] as number | null;
  }
}
