/** Who is at the other end of a connection: the names in a certificate that was verified. */

import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';

/** A peer that showed a certificate which the CA file vouches for. A name in it is as good as that CA. */
export interface Peer {
  /** Its DNS names, in lower case; those with `*.` are patterns and name nobody. */
  readonly dns: readonly string[];
  /** Its URIs as written; a SPIFFE id is one: `spiffe://shop.example/ns/prod/sa/orders`. */
  readonly uris: readonly string[];
  /** SHA-256 of the certificate, in hexadecimal with colons. */
  readonly fingerprint: string;
}

const known = new WeakMap<Socket, Peer>();

/** The peer of a connection, once its certificate was verified; read only once, since many requests ask. */
export function peerAt(socket: Socket): Peer | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const peer = known.get(socket);
  if (peer !== undefined) return peer;
  const certificate = socket.getPeerCertificate();
  // A session that is resumed counts as authorised, also where nobody ever showed a certificate.
  if (certificate.raw === undefined) return undefined;
  const read = peerOf(certificate);
  known.set(socket, read);
  return read;
}

/** The peer of a verified certificate. Its common name is left out: names stand in its SAN (RFC 9525, section 2). */
export function peerOf({
  subjectaltname = '',
  fingerprint256,
}: Pick<PeerCertificate, 'subjectaltname' | 'fingerprint256'>): Peer {
  const names = namesIn(subjectaltname);
  return {
    dns: names.flatMap(([kind, name]) => (kind === 'DNS' ? [name.toLowerCase()] : [])),
    uris: names.flatMap(([kind, name]) => (kind === 'URI' ? [name] : [])),
    fingerprint: fingerprint256,
  };
}

/** Node's text: kinds and names between commas, names with a comma or the like in them as JSON strings (CVE-2021-44532). */
function namesIn(text: string): (readonly [kind: string, name: string])[] {
  return [...text.matchAll(/(?:^|, )([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, kind, name]) => [
    kind!,
    name!.startsWith('"') ? (JSON.parse(name!) as string) : name!,
  ]);
}
