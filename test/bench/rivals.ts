import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who is measured beside Weir, beside `buf`, which the tests need as well. */
const versions = { '@typespec/compiler': '1.17.0', '@typespec/http': '1.17.0', likec4: '1.59.4' };

/** Installs the rivals from npm where they are missing: 160 MB, which nobody but this benchmark needs. Gives their `node_modules`. */
export function installRivals(work: string): string {
  const manifest = join(work, 'package.json');
  const installed = join(work, 'node_modules');
  const wanted = `${JSON.stringify({ private: true, dependencies: versions }, null, 2)}\n`;
  if (existsSync(installed) && readFileSync(manifest, 'utf8') === wanted) return installed;
  console.log('Installing the rivals (once) …');
  writeFileSync(manifest, wanted);
  const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: work,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) throw new Error(`npm install ended with ${done.status ?? done.signal} in ${work}`);
  return installed;
}
