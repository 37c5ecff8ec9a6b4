/** Certificate, key and CA, read from files and found to belong together. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsFiles } from './files.ts';

export interface TlsMaterial {
  /** PEM, as the files have it. */
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
  /** All three, ready for connections. */
  readonly context: SecureContext;
  /** Its names, for logs. */
  readonly names: string;
  /** When the certificate expires: milliseconds of the wall clock. */
  readonly expiresAt: number;
}

type Bytes = Pick<TlsMaterial, 'cert' | 'key' | 'ca'>;

export async function readTlsFiles({ cert, key, ca }: TlsFiles): Promise<Bytes> {
  const [certBytes, keyBytes, caBytes] = await Promise.all([read(cert), read(key), ca && read(ca)]);
  return { cert: certBytes, key: keyBytes, ca: caBytes || undefined };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}.`, { cause });
  }
}

/** Throws, with the path that is to blame, where the bytes are not what their files should hold. */
export function materialOf(files: TlsFiles, { cert, key, ca }: Bytes, now: number): TlsMaterial {
  const [own] = certificatesIn(files.cert, cert);
  const privateKey = blaming(files.key, 'holds no private key', () => createPrivateKey(key));
  if (!own!.checkPrivateKey(privateKey)) throw new Error(`${files.key} is not the key of ${files.cert}.`);
  const expiresAt = own!.validToDate.getTime();
  if (expiresAt <= now) throw new Error(`${files.cert} expired on ${own!.validToDate.toISOString()}.`);
  if (own!.validFromDate.getTime() > now) {
    throw new Error(`${files.cert} is not valid before ${own!.validFromDate.toISOString()}.`);
  }
  if (ca !== undefined) certificatesIn(files.ca!, ca);
  const context = blaming(files.cert, 'is not taken', () => createSecureContext({ cert, key, ca }));
  return { cert, key, ca, context, expiresAt, names: own!.subjectAltName ?? own!.subject };
}

/** All certificates of a file; at least one. */
function certificatesIn(path: string, bytes: Buffer): X509Certificate[] {
  const blocks = bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (blocks === null) throw new Error(`${path} holds no certificate in PEM form.`);
  return blocks.map((block) => blaming(path, 'holds a broken certificate', () => new X509Certificate(block)));
}

function blaming<T>(path: string, fault: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Error(`${path} ${fault}: ${(cause as Error).message}.`, { cause });
  }
}
