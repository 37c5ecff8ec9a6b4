import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createVSIX } from '@vscode/vsce';

const source = fileURLToPath(new URL('../../', import.meta.url));
/** Beside `dist`, which is built. */
const parts = [
  'LICENSE',
  'README.md',
  'language-configuration.json',
  'media',
  'package.json',
  'snippets',
  'syntaxes',
  'walkthrough',
];

export interface Built {
  /** The extension, unpacked. */
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** Builds the extension into a folder of its own, as other tests build it too. */
export async function buildExtension(): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-extension-'));
  const copies = parts.map((part) => cp(join(source, part), join(folder, part), { recursive: true }));
  const built = promisify(execFile)(process.execPath, [join(source, 'build.mjs'), join(folder, 'dist')]);
  await Promise.all([...copies, built]);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Packs it as it is published; gives the path. */
export async function packExtension({ folder }: Built): Promise<string> {
  const packagePath = join(folder, 'weir.vsix');
  await createVSIX({
    cwd: folder,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}
