/** TLS as servers speak it. */

import type { Server, ServerOptions } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { Credentials } from './credentials.ts';
import type { TlsMaterial } from './material.ts';

export interface ServerTls {
  readonly credentials: Credentials;
  /** Whether clients are asked for a certificate. Browsers put such a question to their users. */
  readonly asksPeers: boolean;
}

/** Milliseconds for a handshake; Node's own two minutes are for whoever holds connections open on purpose. */
const HANDSHAKE = 10_000;

/**
 * Options of an HTTPS server. A client whose certificate nobody vouches for is let in, as one without: so probes and
 * metrics answer, and an operation refuses it in words instead of with a broken connection.
 */
export function httpsOptions({ credentials, asksPeers }: ServerTls): ServerOptions {
  return { ...contextOptions(credentials.current), ...peerOptions(asksPeers) };
}

/** Lets new connections of an HTTPS server have what is current when they come. */
export function followCertificates({ server }: { readonly server: object }, { credentials }: ServerTls): void {
  credentials.onChange((material) => (server as Server).setSecureContext(contextOptions(material)));
}

function peerOptions(asksPeers: boolean) {
  return { requestCert: asksPeers, rejectUnauthorized: false, handshakeTimeout: HANDSHAKE };
}

function contextOptions({ cert, key, ca }: TlsMaterial): SecureContextOptions {
  return { cert, key, ...(ca && { ca }) };
}
