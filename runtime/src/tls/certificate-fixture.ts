/** Certificates for tests, written as DER by hand: no program and no library is needed. https://www.rfc-editor.org/rfc/rfc5280 */

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Names {
  readonly dns?: readonly string[];
  readonly uris?: readonly string[];
  /** IPv4. */
  readonly ips?: readonly string[];
}

export interface Issued {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** Its own certificate, PEM. */
  readonly ca: string;
  issue(names: Names, validity?: Validity): Issued;
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

const HOUR = 3_600_000;

/** A certificate authority. Two of them should not share a name: OpenSSL looks issuers up by it. */
export function createAuthority(name: string): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = certificate(name, publicKey, { name, key: privateKey }, hours(-1, 24), [
    extension('551d13', true, sequence(boolean(true))), // basicConstraints: a CA
    extension('551d0f', true, der(0x03, Buffer.from([2, 0b0000_0100]))), // keyUsage: keyCertSign
  ]);
  return {
    ca: pem('CERTIFICATE', own),
    issue(names, validity = hours(-1, 12)) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const subject = names.dns?.[0] ?? 'somebody';
      const bytes = certificate(subject, pair.publicKey, { name, key: privateKey }, validity, [
        extension('551d11', false, sequence(...alternativeNames(names))),
      ]);
      return {
        cert: pem('CERTIFICATE', bytes),
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      };
    },
  };
}

/** From so many hours from now to so many. */
export function hours(from: number, to: number): Validity {
  return { from: new Date(Date.now() + from * HOUR), to: new Date(Date.now() + to * HOUR) };
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

function certificate(
  subject: string,
  publicKey: KeyObject,
  issuer: { readonly name: string; readonly key: KeyObject },
  { from, to }: Validity,
  extensions: readonly Buffer[],
): Buffer {
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    commonName(issuer.name),
    sequence(time(from), time(to)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, issuer.key);
  return sequence(toBeSigned, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
}

function alternativeNames({ dns = [], uris = [], ips = [] }: Names): Buffer[] {
  return [
    ...dns.map((name) => der(0x82, Buffer.from(name))),
    ...uris.map((uri) => der(0x86, Buffer.from(uri))),
    ...ips.map((ip) => der(0x87, Buffer.from(ip.split('.').map(Number)))),
  ];
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), der(0x04, value));
}

/** GeneralizedTime: `20260131235959Z`. */
function time(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]|\.\d+Z$/g, '')}Z`));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
