import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../repository.ts';

let built: Promise<string> | undefined;

/** The language server as the extension packs it: bundled once for all tests of a process, into a folder of its own. */
export function bundledServer(): Promise<string> {
  built ??= bundle();
  return built;
}

async function bundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-bundle-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await promisify(execFile)(process.execPath, [join(repository, 'extension/build.mjs'), folder]);
  return join(folder, 'language/dist/editor/server.js');
}
