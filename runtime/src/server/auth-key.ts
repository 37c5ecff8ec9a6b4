/** Keys that callers show in a header, compared in constant time. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type { Authenticator } from './auth.ts';

/**
 * @param known the keys, as `name:key,name:key`; a name may have several, so that they can be replaced one after the other
 * @param variable where that text is from
 */
export function key(name: string, headerName: string, known: string | undefined, variable: string): Authenticator {
  const keys = keysIn(known, variable, name);
  return async (header) => {
    const shown = header(headerName);
    if (shown === undefined) return undefined;
    const digest = sha256(shown);
    let subject: string | undefined;
    // All are compared, so that the time taken does not tell which one came close.
    for (const entry of keys) if (timingSafeEqual(entry.digest, digest)) subject = entry.subject;
    if (subject === undefined) throw new ServiceError('unauthenticated', 'The key is not known.');
    return { auth: name, subject, scopes: [], claims: {} };
  };
}

function keysIn(value: string | undefined, variable: string, name: string) {
  const entries = (value ?? '').split(',').filter((entry) => entry.trim() !== '');
  if (entries.length === 0)
    throw new Error(`auth ${name}: set ${variable} to the keys it admits, as name:key,name:key.`);
  const keys = entries.map((entry, index) => {
    const [, subject, secret] = /^\s*([^:\s]+):(\S+)\s*$/.exec(entry) ?? [];
    if (subject === undefined || secret === undefined) {
      throw new Error(`${variable}: entry ${index + 1} is not name:key.`); // and is not shown: it may be a key
    }
    return { subject, digest: sha256(secret) };
  });
  const names = new Map<string, string>();
  for (const { subject, digest } of keys) {
    const other = names.get(digest.toString('hex')) ?? subject;
    if (other !== subject) throw new Error(`${variable}: ${other} and ${subject} have the same key.`);
    names.set(digest.toString('hex'), subject);
  }
  return keys;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();
