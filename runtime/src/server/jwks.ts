/** The keys of an issuer, by url: fetched when they are needed, kept while the issuer is down, and followed when they roll. */

import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import type { Clock } from '../policy/clock.ts';
import { jose } from './jose.ts';

/** Milliseconds after which keys are fetched anew, while calls go on with the old ones. */
const FRESH = 10 * 60_000;
/** Milliseconds for which keys hold that cannot be fetched anew: a key that was withdrawn may be among them. */
const LONGEST = 24 * 60 * 60_000;
/** Milliseconds between fetches for tokens whose key is not known: anybody can name a key that does not exist. */
const COOLDOWN = 30_000;
/** Milliseconds between fetches while there are no keys at all. */
const RETRY = 1000;
const TIMEOUT = 5000;
/** Bytes of a key set at most. */
const LARGEST = 1024 * 1024;

/** That no keys can be had is no fault of who shows a token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export interface RemoteKeysOptions {
  readonly clock: Clock;
  readonly log: Logger | undefined;
}

/** The key for a token. Rejects with `KeysUnavailable`, or with jose's errors where the set has no key for it. */
export function remoteKeys(url: URL, options: RemoteKeysOptions): JWTVerifyGetKey {
  const keys = new RemoteKeys(url, options);
  return (header, token) => keys.keyFor(header, token);
}

class RemoteKeys {
  readonly #url: URL;
  readonly #clock: Clock;
  readonly #log: Logger | undefined;
  #keys: JWTVerifyGetKey | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #failure: unknown;
  /** All who need keys at a time wait for the same fetch. */
  #fetching: Promise<void> | undefined;

  constructor(url: URL, { clock, log }: RemoteKeysOptions) {
    this.#url = url;
    this.#clock = clock;
    this.#log = log;
  }

  async keyFor(...[header, token]: Parameters<JWTVerifyGetKey>): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    if (this.#age() > LONGEST) await this.#refresh(RETRY);
    else if (this.#age() > FRESH) void this.#refresh(COOLDOWN);
    if (this.#keys === undefined || this.#age() > LONGEST) {
      throw new KeysUnavailable(`no keys from ${this.#url.href}`, { cause: this.#failure });
    }
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof jose().errors.JWKSNoMatchingKey)) throw error;
      await this.#refresh(COOLDOWN);
      return this.#keys(header, token);
    }
  }

  #age(): number {
    return this.#clock.now() - this.#fetchedAt;
  }

  /** Fetches, or waits for who does; at once where that was tried less than `pause` ms ago. Never rejects. */
  #refresh(pause: number): Promise<void> {
    if (this.#fetching === undefined && this.#clock.now() - this.#triedAt >= pause) {
      this.#triedAt = this.#clock.now();
      this.#fetching = this.#fetch().finally(() => {
        this.#fetching = undefined;
      });
    }
    return this.#fetching ?? Promise.resolve();
  }

  async #fetch(): Promise<void> {
    try {
      this.#keys = jose().createLocalJWKSet(await keySetAt(this.#url));
      this.#fetchedAt = this.#clock.now();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      const kept = this.#keys !== undefined;
      this.#log?.warn(
        { url: this.#url.href, err: error, kept },
        'the keys that tokens are checked with cannot be fetched',
      );
    }
  }
}

async function keySetAt(url: URL): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.status !== 200) throw new Error(`${url.href} answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST) throw new Error(`${url.href} answered with more than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JSONWebKeySet;
}
