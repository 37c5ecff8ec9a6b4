/** The connections to one address. */

import type { Clock } from '../policy/clock.ts';
import type { Random } from '../policy/random.ts';
import type { Trust } from '../tls/trust.ts';
import {
  type ClientConnection,
  type ConnectionTimes,
  isTooManyPings,
  openConnection,
  type Target,
} from './client-connection.ts';

/** Attempts in a row whose time ran out without a word from the server, after which the connection is thought dead. */
const SILENCES = 3;

/** Connections at most; further calls wait for a stream on one of them. */
const MOST_CONNECTIONS = 16;

/**
 * Between attempts to connect, in milliseconds: from 50 on, growing by 1.6, with a fifth of chance either way, as gRPC's own;
 * but no longer than a second, so that a server that comes back is noticed.
 * https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md
 */
const BACKOFF = { first: 50, factor: 1.6, jitter: 0.2, longest: 1000 };

export interface ChannelOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly times: ConnectionTimes;
  readonly trust: Trust;
}

/**
 * Opens connections when calls need them: a first one, and further ones while all others carry as many calls as their
 * server allows. While the address cannot be reached, calls fail at once until the backoff is over.
 *
 * A connection that has gone silent is replaced: one that a firewall forgot, or whose other end lost power, takes calls for
 * many minutes before the kernel notices. A new one costs little if the server was merely slow.
 */
export class GrpcChannel {
  readonly address: string;
  readonly #target: Target;
  readonly #options: ChannelOptions;
  #times: ConnectionTimes;
  #connections: ClientConnection[] = [];
  #connecting: Promise<ClientConnection> | undefined;
  #failures = 0;
  #failure: Error | undefined;
  #retryAt = 0;
  #silences = 0;
  #closed = false;

  /** @param endpoint `host:port`, or a url that says whether it is TLS */
  constructor(endpoint: string, options: ChannelOptions) {
    const { trust } = options;
    const scheme = trust.byDefault ? 'https' : 'http';
    const url = new URL(/^https?:\/\//.test(endpoint) ? endpoint : `${scheme}://${endpoint}`);
    this.address = url.host;
    this.#target = { url, tls: () => trust.connection() };
    this.#options = options;
    this.#times = options.times;
  }

  get scheme(): 'http' | 'https' {
    return this.#target.url.protocol === 'https:' ? 'https' : 'http';
  }

  /**
   * A connection for one call, now or as soon as there is one; the call has its place there until it is `released`. Rejects
   * with why there is none.
   */
  connection(): ClientConnection | Promise<ClientConnection> {
    for (const connection of this.#connections) {
      if (connection.isOpen && connection.hasRoom) return taken(connection);
    }
    return this.#another();
  }

  async #another(): Promise<ClientConnection> {
    const open = this.#connections.filter((connection) => connection.isOpen);
    const isWaiting = this.#options.clock.now() < this.#retryAt;
    if (open.length >= MOST_CONNECTIONS || (open.length > 0 && isWaiting)) return taken(leastBusy(open));
    if (isWaiting && this.#failure !== undefined) throw this.#failure;
    if (this.#closed) throw new Error('the clients of this service are closed');
    let fresh: ClientConnection;
    try {
      this.#connecting ??= this.#connect();
      fresh = await this.#connecting;
    } catch (error) {
      const left = this.#connections.filter((connection) => connection.isOpen);
      if (left.length === 0) throw error;
      return taken(leastBusy(left));
    }
    if (!fresh.isOpen) throw new Error(`${this.address} closed the connection at once`);
    // Others have waited for it too, and may have filled it.
    return this.connection();
  }

  /** The server has said something. */
  heard(): void {
    this.#silences = 0;
  }

  /** An attempt's time has run out, and it had heard nothing. */
  silent(connection: ClientConnection): void {
    if (!this.#connections.includes(connection)) return;
    this.#silences += 1;
    if (this.#silences < SILENCES) return;
    this.#silences = 0;
    this.#remove(connection);
    // What still runs on it may go on.
    connection.leave();
  }

  /** A call on it is over. */
  released(connection: ClientConnection): void {
    connection.end();
    if (connection.streams > 0 || connection === this.#connections[0]) return;
    connection.lookAgain(this.#times.spare, () => {
      if (connection.streams > 0 || connection === this.#connections[0]) return;
      this.#remove(connection);
      connection.leave();
    });
  }

  /** Calls that come now get new connections; those that run may finish on the old ones. */
  renew(): void {
    for (const connection of this.#connections) connection.leave();
    this.#connections = [];
    this.#retryAt = 0;
  }

  /** Ends all connections; running calls fail. */
  close(): void {
    this.#closed = true;
    for (const { session } of this.#connections) session.destroy();
    this.#connections = [];
  }

  async #connect(): Promise<ClientConnection> {
    try {
      const connection = await openConnection(this.#target, this.#times);
      this.#failures = 0;
      this.#failure = undefined;
      if (this.#closed) connection.session.destroy();
      else this.#add(connection);
      return connection;
    } catch (cause) {
      const { message, code } = cause as NodeJS.ErrnoException;
      this.#failure = new Error(message || code, { cause });
      this.#retryAt = this.#options.clock.now() + this.#backoff();
      this.#failures += 1;
      throw this.#failure;
    } finally {
      this.#connecting = undefined;
    }
  }

  #add(connection: ClientConnection): void {
    this.#connections.push(connection);
    connection.session.once('close', () => this.#remove(connection));
    connection.session.once('goaway', (code: number, _last: number, data?: Uint8Array) => {
      this.#remove(connection);
      if (isTooManyPings(code, data)) this.#times = { ...this.#times, keepAlive: this.#times.keepAlive * 2 };
    });
  }

  #remove(connection: ClientConnection): void {
    this.#connections = this.#connections.filter((each) => each !== connection);
  }

  #backoff(): number {
    const { first, factor, jitter, longest } = BACKOFF;
    const spread = 1 + jitter * (2 * this.#options.random() - 1);
    return Math.min(longest, first * factor ** this.#failures) * spread;
  }
}

function taken(connection: ClientConnection): ClientConnection {
  connection.begin();
  return connection;
}

function leastBusy(connections: readonly ClientConnection[]): ClientConnection {
  return connections.reduce((least, each) => (each.streams < least.streams ? each : least));
}
