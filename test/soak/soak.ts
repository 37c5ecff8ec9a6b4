/** A soak under faults, and what is left of it. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serviceDefinition } from '../../language/src/emit/definition/index.ts';
import { readModel } from '../../language/src/syntax/read.ts';
import type { Report } from './process.ts';

/** Soaks the services of `trio.svc`, in a process that has nothing else on its heap. */
export async function soak(seconds: number): Promise<Report> {
  const model = await readModel([
    { path: 'trio.svc', text: readFileSync(join(import.meta.dirname, 'trio.svc'), 'utf8') },
  ]);
  assert.deepEqual(model.problems, []);
  const definitions = model.services.map((service) => [service.name, serviceDefinition(model, service)]);
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    // What the engine notes of functions is made at their first call and stays: 6 of 32 MB that came and went would hide the rest.
    '--no-flush-bytecode',
    '--no-lazy-feedback-allocation',
    join(import.meta.dirname, 'process.ts'),
    String(seconds),
    JSON.stringify(Object.fromEntries(definitions)),
  ]);
  return JSON.parse(stdout) as Report;
}

/** Pools keep connections that are idle, of both ends here: at most as many as `thorough` lets calls run. */
const SOCKETS = 2 * (32 + 4);

/** Fails when the soak has left anything behind: more heap by `share`, a timer, a listener, or what outlives a stop. */
export function assertNothingLeft({ first, before, after, last, restarts, answered }: Report, share: number): void {
  assert.ok(restarts > 2, 'neighbours were restarted');
  for (const outcome of ['200', '503', '504', 'left']) {
    assert.ok((answered[outcome] ?? 0) > 0, `${outcome} among ${JSON.stringify(answered)}`);
  }
  const growth = after.heap / before.heap - 1;
  assert.ok(growth <= share, `the heap grew by ${(growth * 100).toFixed(1)} %: ${before.heap} → ${after.heap} bytes`);
  assert.equal(after.listeners, before.listeners);
  assert.equal(after.handles.TCPServerWrap, before.handles.TCPServerWrap);
  const { Timeout = 0, TCPSocketWrap = 0 } = after.handles;
  assert.ok(Timeout <= (before.handles.Timeout ?? 0), `${Timeout} timers still run`);
  assert.ok(TCPSocketWrap <= SOCKETS, `${TCPSocketWrap} sockets are open`);
  assert.deepEqual(last.handles, first.handles, 'nothing outlives a stop');
  assert.ok(last.listeners <= before.listeners);
}
