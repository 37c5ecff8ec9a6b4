import { join } from 'node:path';
import { URI } from 'langium';
import { nodeThread } from '../drawing/node-thread.ts';
import { disk } from '../project/file-system.ts';
import { packageFolder, packageVersion } from '../project/own-package.ts';
import type { Host } from './host.ts';

/** The disk that the server's process sees. */
export const nodeHost = (): Host => ({
  version: packageVersion(),
  files: disk,
  pathOf: ({ scheme, fsPath }) => (scheme === 'file' ? fsPath : undefined),
  uriOf: (path) => URI.file(path),
  pageUri: (page) => URI.file(join(packageFolder, page)).toString(),
  readPage: async (page) => (await disk.readFile(join(packageFolder, page))).toString('utf8'),
  startThread: nodeThread,
});
