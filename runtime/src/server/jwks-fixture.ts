/** An issuer of tokens with its key set behind a real server. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';

export interface Issuer {
  readonly url: string;
  /** Requests for the key set so far. */
  readonly asked: number;
  /** Adds a key, which signs from now on. */
  roll(kid: string): Promise<void>;
  /** Takes a key out of what is published. */
  withdraw(kid: string): void;
  /** What a request gets, from now on. */
  answers(how: 'keys' | 'error' | 'nothing' | 'garbage'): void;
  /** A token that is good but for what is changed. */
  token(claims?: object, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

export async function startIssuer(t: TestContext): Promise<Issuer> {
  const keys: JWK[] = [];
  let signing: { readonly kid: string; readonly key: SigningKey } | undefined;
  let how: 'keys' | 'error' | 'nothing' | 'garbage' = 'keys';
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (how === 'nothing') return;
    response.statusCode = how === 'error' ? 500 : 200;
    response.end(how === 'garbage' ? '<html>' : JSON.stringify({ keys }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    get asked() {
      return asked;
    },
    async roll(kid) {
      const { publicKey, privateKey } = await generateKeyPair('ES256');
      keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' });
      signing = { kid, key: privateKey };
    },
    withdraw: (kid) =>
      void keys.splice(
        keys.findIndex((key) => key.kid === kid),
        1,
      ),
    answers: (next) => {
      how = next;
    },
    token: (claims = {}, header = {}) =>
      new SignJWT({
        iss: 'https://id.example',
        aud: 'kinds',
        sub: 'u-1',
        exp: Math.floor(Date.now() / 1000) + 3600,
        scope: 'notes:read',
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: signing!.kid, ...header })
        .sign(signing!.key),
  };
  await issuer.roll('a');
  return issuer;
}
