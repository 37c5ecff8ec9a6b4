/** The peer on Python's grpcio. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Scope, startChild, succeed } from '../child.ts';
import { CASES } from './cases.ts';

const python = '/usr/bin/python3';
const peer = join(import.meta.dirname, 'python/peer.py');

export interface PythonPeer {
  /** Serves the test service on a free port, until the scope ends; gives its address. */
  serve(): Promise<string>;
  /** What became of each case against a server: `ok`, or what went wrong. */
  run(address: string): Promise<Readonly<Record<string, string>>>;
}

/** Has protoc make Python's stubs. */
export async function pythonPeer(scope: Scope): Promise<PythonPeer> {
  const stubs = mkdtempSync(join(tmpdir(), 'weir-interop-'));
  scope.after(() => rmSync(stubs, { recursive: true, force: true }));
  await succeed('protoc', ['-I.', `--python_out=${stubs}`, 'testing.proto'], { cwd: import.meta.dirname });
  return {
    async serve() {
      const child = startChild(scope, python, [peer, stubs, 'serve']);
      const [, port] = await child.until(/listening on (\d+)/);
      return `127.0.0.1:${port}`;
    },
    run: async (address) => JSON.parse(await succeed(python, [peer, stubs, 'call', address, ...CASES])),
  };
}
