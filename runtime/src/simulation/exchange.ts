import { ServiceError, type ServiceErrorOptions } from '../errors.ts';
import type { Attempt } from '../policy/call.ts';
import type { Network } from './network.ts';
import type { Process } from './process.ts';
import type { CallModel } from './system.ts';
import { WatchedSignal } from './watched-signal.ts';

/** What a server answers: a value, or an error as it goes over the wire. */
export type Reply = { readonly value: unknown } | { readonly error: ServiceError; readonly halfWay: boolean };

/** Where a request goes. */
export interface Listener {
  readonly process: Process;
  /** Answers false if it does not take it in: no process, or no room. */
  accept(incoming: Incoming): boolean;
}

/** A request as its server sees it. */
export interface Incoming {
  readonly call: CallModel;
  /** The same for all attempts of one call. */
  readonly id: number;
  /** Who calls: `web/0`. */
  readonly from: string;
  readonly request: unknown;
  /** What was left of the caller's time when the request was sent; undefined: no deadline. */
  readonly timeLeft: number | undefined;
  readonly signal: WatchedSignal;
  /** Only the first one goes out. */
  reply(reply: Reply): void;
}

/** What a client sends, the same in each attempt. */
export type Sent = Pick<Incoming, 'call' | 'id' | 'request'>;

/** One request and its reply over the network: what a transport does for one attempt. */
export class Exchange implements Incoming {
  readonly call: CallModel;
  readonly id: number;
  readonly request: unknown;
  readonly timeLeft: number | undefined;
  readonly signal = new WatchedSignal();
  readonly #network: Network;
  readonly #client: Process;
  readonly #to: Listener;
  readonly #attempt: Attempt;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #server: Process;
  #arrived = false;
  #forget: (() => void)[] = [];
  #settled = false;
  #replied = false;

  constructor(
    network: Network,
    client: Process,
    to: Listener,
    attempt: Attempt,
    sent: Sent,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#network = network;
    this.#client = client;
    this.#to = to;
    this.#server = to.process;
    this.#attempt = attempt;
    this.call = sent.call;
    this.id = sent.id;
    this.request = sent.request;
    this.timeLeft = attempt.deadlineAt === undefined ? undefined : attempt.deadlineAt - client.clock.now();
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get from(): string {
    return this.#client.name;
  }

  start(): void {
    const { signal } = this.#attempt;
    const abort = () => this.#abort();
    signal.addEventListener('abort', abort);
    this.#forget.push(() => signal.removeEventListener('abort', abort));
    if (this.#network.isCut(this.#client.name, this.#server.name)) {
      this.#failIn(this.#network.model.brokenAfter, 'UND_ERR_CONNECT_TIMEOUT');
      return;
    }
    if (!this.#server.alive) {
      this.#refuse();
      return;
    }
    this.#forget.push(
      this.#server.onDeath(() => this.#failIn(this.#network.latency(), 'ECONNRESET')),
      this.#client.onDeath(() => this.#tellServer()),
    );
    if (!this.#network.send(this.#client, this.#server, () => this.#arrive())) this.#break();
  }

  #arrive(): void {
    if (!this.#to.accept(this)) {
      this.#refuse();
      return;
    }
    this.#arrived = true;
    if (this.#settled || !this.#client.alive) this.#tellServer();
  }

  reply(reply: Reply): void {
    if (this.#replied) return;
    this.#replied = true;
    if (!this.#network.send(this.#server, this.#client, () => this.#receive(reply))) this.#break();
  }

  #receive(reply: Reply): void {
    if ('value' in reply) {
      if (!this.#settle()) return;
      this.#resolve(reply.value);
      return;
    }
    const { code, message, status, retryAfter, stillRunning } = reply.error;
    if (this.#network.model.foreignErrors && !reply.halfWay && !stillRunning) {
      const foreign = Object.assign(new Error(message), { status, ...(retryAfter !== undefined && { retryAfter }) });
      this.#fail(foreign);
      return;
    }
    const { halfWay: responseBegun } = reply;
    const options: ServiceErrorOptions = { status, retryAfter, stillRunning, responseBegun, origin: 'remote' };
    this.#fail(new ServiceError(code, message, options));
  }

  #refuse(): void {
    this.#failIn(this.#network.latency(), 'ECONNREFUSED');
  }

  /** A message was lost: nobody knows, until the connection is given up. */
  #break(): void {
    this.#failIn(this.#network.model.brokenAfter, 'ECONNRESET');
  }

  #failIn(ms: number, code: string): void {
    this.#forget.push(this.#client.arrives(ms, () => this.#fail(this.#errorOf(code))));
  }

  #errorOf(code: string): Error {
    if (this.#network.model.foreignErrors) return Object.assign(new Error(code), { code });
    const origin = code === 'ECONNRESET' ? 'remote' : 'connect';
    return new ServiceError('unavailable', code, { origin });
  }

  #fail(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  /** Nobody waits for this attempt any longer: the server is told, and our own work ends, if need be after a while. */
  #abort(): void {
    this.#tellServer();
    const { reason } = this.#attempt.signal;
    const lingers = this.#network.lingering();
    if (lingers === 0) this.#fail(reason);
    else this.#forget.push(this.#client.arrives(lingers, () => this.#fail(reason)));
  }

  #tellServer(): void {
    if (!this.#arrived || this.#replied || this.#network.isCut(this.#client.name, this.#server.name)) return;
    this.#server.arrives(this.#network.latency(), () => this.signal.abort('the client has gone'));
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    for (const forget of this.#forget) forget();
    this.#forget = [];
    return true;
  }
}
