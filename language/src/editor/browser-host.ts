import { URI } from 'langium';
import type { Connection } from 'vscode-languageserver';
import { inPlace } from '../drawing/in-place.ts';
import type { Entry, Stats } from '../project/file-system.ts';
import type { Host } from './host.ts';

/** What the editor answers to `weir/readFile`, `weir/listFolder` and `weir/statFile`: what was asked for, or why not. */
type Answer<Value> = { readonly value: Value } | { readonly error: 'ENOENT' | 'EACCES' | 'EISDIR' | 'ENOTDIR' | 'EIO' };

export interface BrowserOptions {
  readonly version: string;
  /** The URI of the folder that holds `docs`. */
  readonly package: string;
}

/**
 * A worker in a browser: it sees no disk, and asks the editor for each file. There a path begins with what the URI begins
 * with, `/vscode-vfs:github/…`, so that files of several origins can be open at once.
 */
export function browserHost(connection: Connection, options: () => BrowserOptions): Host {
  const ask = async <Value>(method: string, path: string): Promise<Value> => {
    const uri = uriOf(path);
    if (uri === undefined) throw systemError('ENOENT', path);
    const answer = await connection.sendRequest<Answer<Value>>(method, { uri: uri.toString() });
    if ('error' in answer) throw systemError(answer.error, path);
    return answer.value;
  };
  return {
    get version() {
      return options().version;
    },
    files: {
      readFile: (path) => ask<Uint8Array>('weir/readFile', path),
      list: (path) => ask<readonly Entry[]>('weir/listFolder', path),
      stat: (path) => ask<Stats>('weir/statFile', path),
      // The editor tells of no links: what is there is called as it is.
      realpath: async (path) => {
        await ask('weir/statFile', path);
        return path;
      },
    },
    pathOf: ({ scheme, authority, path }) => (scheme === 'untitled' ? undefined : `/${scheme}:${authority}${path}`),
    uriOf: (path) => uriOf(path) ?? URI.file(path),
    pageUri: (page) => `${options().package}/${page}`,
    readPage: async (page) => {
      const answer = await fetch(`${options().package}/${page}`);
      return answer.text();
    },
    startThread: inPlace,
  };
}

/** Nothing for the folder above all origins. */
function uriOf(path: string): URI | undefined {
  const [, scheme, authority, rest] = /^\/([^/:]+):([^/]*)(.*)$/.exec(path) ?? [];
  return scheme === undefined ? undefined : URI.from({ scheme, authority: authority ?? '', path: rest || '/' });
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
