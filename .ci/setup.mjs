// Installs the dependencies when they are missing or older than the lockfile, and does nothing otherwise.
// Not `npm ci`: a lockfile made on one platform can lack the optional packages of another, which `install` finds.
// Plain JavaScript that old versions of Node run: it comes before the right one is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const mark = join(root, 'node_modules', '.weir-setup');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lock) {
  console.log('Installing dependencies (once, and again when the lockfile changes) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    console.error('Installing failed; see the lines above. `npm install` in this folder does the same.');
    process.exit(done.status ?? 1);
  }
  writeFileSync(mark, lock);
}
