import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.md': 'text/plain',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The settings of the workbench, in its page. */
export type Configuration = Record<string, unknown>;

interface WebHostOptions {
  readonly backend: string;
  /** Folders of this machine, by the path that they are served under. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly edit: (configuration: Configuration, authority: string) => Configuration;
  /** Is there nothing but the browser, as on vscode.dev? */
  readonly alone: boolean;
}

export interface WebHost {
  readonly url: string;
  readonly close: () => void;
}

/**
 * A front of the server of VS Code that adds extensions which run in the browser: they have to come from the origin of the
 * page itself.
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const backend = new URL(options.backend);
  const server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url ?? '/', 'http://any');
    const mount = Object.keys(options.mounts).find((path) => pathname === path || pathname.startsWith(`${path}/`));
    if (mount === undefined) pass(asked, answer, backend, options);
    else serve(join(options.mounts[mount]!, decodeURIComponent(pathname.slice(mount.length))), asked, answer);
  });
  // Web sockets go through as they are.
  server.on('upgrade', (asked, socket, head) => {
    const behind = connect(Number(backend.port), backend.hostname, () => {
      const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      behind.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    behind.on('error', () => socket.destroy());
    socket.on('error', () => behind.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A file, or with a query what a file system tells of it: `?stat`, `?readdir`. */
function serve(path: string, { url }: IncomingMessage, answer: ServerResponse): void {
  const { searchParams } = new URL(url ?? '/', 'http://any');
  const json = (value: object): void => {
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify(value));
  };
  try {
    const stats = statSync(path);
    const typeOf = (entry: { isDirectory(): boolean }): number => (entry.isDirectory() ? 2 : 1);
    if (searchParams.has('stat')) {
      json({ type: typeOf(stats), ctime: 0, mtime: stats.mtimeMs, size: stats.size });
      return;
    }
    if (searchParams.has('readdir')) {
      json(readdirSync(path, { withFileTypes: true }).map((entry) => [entry.name, typeOf(entry)]));
      return;
    }
    answer.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
    answer.end(readFileSync(path));
  } catch {
    answer.statusCode = 404;
    answer.end();
  }
}

/** Has the server behind answer, and changes the settings in the page that it gives. */
function pass(asked: IncomingMessage, answer: ServerResponse, backend: URL, { edit, alone }: WebHostOptions): void {
  const { pathname } = new URL(asked.url ?? '/', 'http://any');
  const isPage = pathname === '/';
  const isWorkbench = alone && pathname.endsWith('/workbench/workbench.js');
  const headers = { ...asked.headers };
  if (isPage || isWorkbench) {
    delete headers['accept-encoding'];
    delete headers['if-none-match'];
  }
  const { hostname: host, port } = backend;
  const behind = request({ host, port, path: asked.url, method: asked.method, headers }, (given) => {
    if (!isWorkbench && !(isPage && String(given.headers['content-type']).includes('html'))) {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
      return;
    }
    let body = '';
    given.setEncoding('utf8');
    given.on('data', (data) => {
      body += data;
    });
    given.on('end', () => {
      const changed = isPage
        ? withConfiguration(body, (configuration) => edit(configuration, asked.headers.host ?? ''))
        : body.replace(',remoteAuthority:location.host}', '}');
      if (changed === body) throw new Error('VS Code has its settings somewhere else by now');
      const kept = { ...given.headers };
      for (const name of ['content-length', 'etag', 'content-encoding']) delete kept[name];
      answer.writeHead(given.statusCode ?? 502, kept);
      answer.end(changed);
    });
  });
  behind.on('error', () => {
    answer.statusCode = 502;
    answer.end();
  });
  asked.pipe(behind);
}

function withConfiguration(page: string, edit: (configuration: Configuration) => Configuration): string {
  return page.replace(
    /(id="vscode-workbench-web-configuration" data-settings=")([^"]*)"/,
    (_, begin: string, text: string) => {
      const configuration = edit(JSON.parse(text.replaceAll('&quot;', '"')));
      return `${begin}${JSON.stringify(configuration).replaceAll('"', '&quot;')}"`;
    },
  );
}
