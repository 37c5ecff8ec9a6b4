import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { listen, stop } from './acquirer.ts';

const issuer = 'https://id.shop.example';

/** The identity provider of the example: publishes its key, and signs tokens for whoever starts it. */
export interface Identity {
  readonly issuer: string;
  /** Where its keys are. */
  readonly jwks: string;
  /** A token for a customer, good for an hour. */
  token(userId: string, scope: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startIdentity(): Promise<Identity> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'local', alg: 'ES256', use: 'sig' }] };
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keys));
  });
  const url = await listen(server);
  return {
    issuer,
    jwks: `${url}/.well-known/jwks.json`,
    token: (userId, scope) =>
      new SignJWT({ scope })
        .setProtectedHeader({ alg: 'ES256', kid: 'local' })
        .setIssuer(issuer)
        .setAudience('shop')
        .setSubject(userId)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
    stop: () => stop(server),
  };
}
