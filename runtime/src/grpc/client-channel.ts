/** The connection to one address. */

import { type ChannelOptions, Client, credentials } from '@grpc/grpc-js';

const OPTIONS: ChannelOptions = {
  // A server that comes back is noticed within a second: gRPC's own backoff grows to two minutes.
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 1000,
  // A dead connection ends its streams; more often than every five minutes, servers take pings for an attack.
  'grpc.keepalive_time_ms': 310_000,
  'grpc.keepalive_timeout_ms': 20_000,
  // Retries are the policy's.
  'grpc.service_config_disable_resolution': 1,
  // Not shared with other services of this process, which close theirs at another time.
  'grpc.use_local_subchannel_pool': 1,
};

/** Attempts in a row whose time ran out without a word from the server, after which the connection is thought dead. */
const SILENCES = 3;

/**
 * A channel that is replaced when it has gone silent: a connection that a firewall forgot, or whose other end lost power,
 * takes calls for many minutes before the kernel notices. A new one costs little if the server was merely slow.
 */
export class GrpcChannel {
  readonly #address: string;
  readonly #secure: boolean;
  #client: Client;
  #silences = 0;

  /** @param endpoint `host:port`, or a url; `https` for TLS */
  constructor(endpoint: string) {
    this.#secure = endpoint.startsWith('https://');
    this.#address = endpoint.replace(/^https?:\/\//, '').replace(/\/+$/, '');
    this.#client = this.#connect();
  }

  get client(): Client {
    return this.#client;
  }

  /** The server has said something. */
  heard(): void {
    this.#silences = 0;
  }

  /** An attempt's time has run out, and it had heard nothing. */
  silent(client: Client): void {
    if (client !== this.#client) return;
    this.#silences += 1;
    if (this.#silences < SILENCES) return;
    this.#silences = 0;
    this.#client = this.#connect();
    // What still runs on the old one may go on.
    client.close();
  }

  close(): void {
    this.#client.close();
  }

  #connect(): Client {
    const security = this.#secure ? credentials.createSsl() : credentials.createInsecure();
    return new Client(this.#address, security, OPTIONS);
  }
}
