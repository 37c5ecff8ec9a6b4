/** One HTTP/2 connection to a server, from when it can carry calls. */

import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { ConnectionOptions } from 'node:tls';

/** Milliseconds. */
export interface ConnectionTimes {
  /** For a connection to be ready. */
  readonly connect: number;
  /** Between pings while calls run: a dead connection ends its streams. */
  readonly keepAlive: number;
  /** For the answer to a ping. */
  readonly ping: number;
  /** That a connection stays without calls which was opened since others were full. */
  readonly spare: number;
}

/** More pings than one in five minutes are an attack to many servers. https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md */
export const CONNECTION_TIMES: ConnectionTimes = { connect: 5000, keepAlive: 310_000, ping: 20_000, spare: 30_000 };

/** Where a connection goes. */
export interface Target {
  /** `http://host:port` or `https://host:port`. */
  readonly url: URL;
  /** For `https`: what is shown and trusted by connections that are opened now. */
  tls(): ConnectionOptions;
}

export class ClientConnection {
  readonly session: ClientHttp2Session;
  /** Of calls that run. */
  streams = 0;
  /** Of calls that may run at once, as the server says. */
  capacity: number;
  /** Whether the server takes messages in gzip; it says so in its first answer. */
  takesGzip = false;
  readonly #times: ConnectionTimes;
  #timer: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;

  constructor(session: ClientHttp2Session, times: ConnectionTimes) {
    this.session = session;
    this.capacity = capacityOf(session);
    this.#times = times;
    session.on('remoteSettings', () => {
      this.capacity = capacityOf(session);
    });
    // What waits for it would keep all of it until its time has come.
    session.once('close', () => {
      clearTimeout(this.#timer);
      clearTimeout(this.#look);
    });
    session.unref();
    this.#keepAlive();
  }

  /** Whether calls can still begin on it: the server has not said goodbye, and nobody here has. */
  get isOpen(): boolean {
    return !this.session.closed && !this.session.destroyed;
  }

  get hasRoom(): boolean {
    return this.streams < this.capacity;
  }

  /** A call has begun. While there is one, the process does not end by itself. */
  begin(): void {
    this.streams += 1;
    if (this.streams === 1 && !this.session.destroyed) this.session.ref();
  }

  end(): void {
    this.streams -= 1;
    if (this.streams === 0 && !this.session.destroyed) this.session.unref();
  }

  /** Has somebody look once, after so many milliseconds, unless it is over by then or somebody will look already. */
  lookAgain(after: number, look: () => void): void {
    if (this.#look !== undefined || this.session.destroyed) return;
    this.#look = setTimeout(() => {
      this.#look = undefined;
      look();
    }, after).unref();
  }

  /** Takes no more calls; those that run may finish. */
  leave(): void {
    this.session.close();
  }

  #keepAlive(): void {
    this.#timer = setTimeout(() => {
      if (this.streams > 0) this.#ping();
      else this.#keepAlive();
    }, this.#times.keepAlive).unref();
  }

  #ping(): void {
    const dead = () => this.session.destroy(new Error(`no answer to a ping within ${this.#times.ping} ms`));
    this.#timer = setTimeout(dead, this.#times.ping).unref();
    this.session.ping((error) => {
      clearTimeout(this.#timer);
      if (error === null && !this.session.destroyed) this.#keepAlive();
    });
  }
}

function capacityOf({ remoteSettings }: ClientHttp2Session): number {
  return remoteSettings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
}

/** Resolves when the server has said what it can carry. Rejects with the error of the socket, of TLS or of HTTP/2. */
export function openConnection(target: Target, times: ConnectionTimes): Promise<ClientConnection> {
  return new Promise((resolve, reject) => {
    const session = connect(target.url, {
      ...(target.url.protocol === 'https:' && target.tls()),
      noDelay: true,
      // Of this process's own calls, each bounded by its flow control.
      maxSessionMemory: Number.MAX_SAFE_INTEGER,
      settings: { enablePush: false },
    } as Parameters<typeof connect>[1]);
    const late = () => session.destroy(new Error(`no connection within ${times.connect} ms`));
    const timer = setTimeout(late, times.connect);
    let failure: Error | undefined;
    session.on('error', (error) => {
      failure = error;
    });
    const closed = () => {
      clearTimeout(timer);
      reject(failure ?? new Error('the server closed the connection at once'));
    };
    session.once('close', closed);
    session.once('remoteSettings', () => {
      clearTimeout(timer);
      session.off('close', closed);
      resolve(new ClientConnection(session, times));
    });
  });
}

/** What a server says to a client that pings too often. */
export function isTooManyPings(code: number, data: Uint8Array | undefined): boolean {
  return (
    code === constants.NGHTTP2_ENHANCE_YOUR_CALM && data !== undefined && Buffer.from(data).includes('too_many_pings')
  );
}
