import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startChild } from '../child.ts';

const here = import.meta.dirname;

export interface State {
  /** Bytes of the heap and beside it, after a collection. */
  readonly held: number;
  readonly rss: number;
  /** Items that the endless stream has made. */
  readonly items: number;
  readonly connections: number;
}

export interface Target {
  readonly http: number;
  readonly grpc: number;
  state(): Promise<State>;
  /** Resolves when endless streams make no more items: buffers are full, and nobody reads. */
  standstill(): Promise<State>;
  /** Runs an attack. Meanwhile others are served, each within five seconds; after it the process still has its memory. */
  withstands(attack: () => Promise<void>): Promise<void>;
}

/** Bytes that an attack may leave behind: caches that filled, code that was compiled. */
const LEFT = 24 * 2 ** 20;
/** Milliseconds that anybody waits at most during an attack. An answer takes one otherwise; test machines are busy. */
const PATIENCE = 5000;

/** A generated service in a process of its own, with little memory. */
export async function startTarget(t: TestContext, definition: string, timeouts: object = {}): Promise<Target> {
  const options = ['--expose-gc', '--max-old-space-size=192'];
  const args = [...options, join(here, 'server.ts'), definition, JSON.stringify(timeouts)];
  const child = startChild(t, process.execPath, args);
  const [, ports] = await child.until(/listening (.*)/);
  const { http, grpc } = JSON.parse(ports!) as { http: number; grpc: number };
  let asked = 0;
  const state = async () => {
    asked += 1;
    child.write('\n');
    const [, text] = await child.until(new RegExp(`state ${asked} (.*)\n`));
    return JSON.parse(text!) as State;
  };
  return {
    http,
    grpc,
    state,
    async standstill() {
      for (let before = await state(); ; ) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        const now = await state();
        if (now.items === before.items) return now;
        before = now;
      }
    },
    async withstands(attack) {
      const before = await state();
      let going = true;
      const witness = (async () => {
        for (let i = 0; going; i += 1) await served(http, i);
        await served(http, 0);
      })();
      // It is waited for below; until then its failure is nobody's.
      witness.catch(() => {});
      try {
        await attack();
      } finally {
        going = false;
        await witness;
      }
      let left = 0;
      // What was cut off a moment ago may take another one to be let go of.
      for (let look = 0; look < 20; look += 1) {
        left = (await state()).held - before.held;
        if (left < LEFT) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`${Math.round(left / 2 ** 20)} MB are held after the attack`);
    },
  };
}

function served(port: number, id: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`somebody else has waited for ${PATIENCE} ms`)), PATIENCE);
    get({ port, host: '127.0.0.1', path: `/v1/notes/${id}`, agent: false }, async (response) => {
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      clearTimeout(late);
      if (response.statusCode === 200 && text === `{"text":"note ${id}"}`) setTimeout(resolve, 10);
      else reject(new Error(`somebody else got ${response.statusCode} ${text}`));
    }).once('error', reject);
  });
}

export interface Line {
  readonly socket: Socket;
  /** All that has come by now. */
  received(): Buffer;
  /** All that came until the server closed. */
  readonly closed: Promise<Buffer>;
  /** Writes, and waits until more may be written; false when the server has closed. */
  send(bytes: Buffer | string): Promise<boolean>;
}

/** A bare connection. */
export async function openLine(t: TestContext, port: number): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  return {
    socket,
    received: () => Buffer.concat(parts),
    closed: gone.then(() => Buffer.concat(parts)),
    async send(bytes) {
      if (!socket.writable) return false;
      if (!socket.write(bytes)) {
        const settled = new AbortController();
        await Promise.race([once(socket, 'drain', { signal: settled.signal }).catch(() => {}), gone]);
        settled.abort();
      }
      return socket.writable;
    },
  };
}
