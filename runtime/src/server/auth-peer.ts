/** Callers that are known by the certificate of their connection. */

import { ServiceError } from '../errors.ts';
import type { Peer } from '../tls/peer.ts';
import type { Authenticator } from './auth.ts';

/**
 * @param admitted DNS names and URIs (SPIFFE ids), each as it stands in the certificates: nothing in them is a pattern.
 *   Any verified peer when absent
 */
export function peer(name: string, admitted: readonly string[] | undefined): Authenticator {
  const admits = admitted === undefined ? () => true : oneOf(admitted);
  return async (_header, shown) => {
    if (shown === undefined) return undefined;
    const names = namesOf(shown);
    const caller = names.find(admits);
    if (caller === undefined) {
      const who = names.length === 0 ? 'a certificate without a name' : names.map((each) => each.name).join(', ');
      throw new ServiceError('permission-denied', `The caller is ${who}, which is not admitted here.`);
    }
    const { dns, uris, fingerprint } = shown;
    return { auth: name, subject: caller.name, scopes: [], claims: { dns, uris, fingerprint } };
  };
}

interface Name {
  readonly kind: 'uri' | 'dns';
  readonly name: string;
}

/** A name counts as what it stands as in the certificate: a CA that lets somebody have any DNS name gives no URI away by it. */
function oneOf(admitted: readonly string[]): (name: Name) => boolean {
  const uris = new Set(admitted.filter(isUri));
  const dns = new Set(admitted.filter((each) => !isUri(each)).map((each) => each.toLowerCase()));
  return ({ kind, name }) => (kind === 'uri' ? uris : dns).has(name);
}

const isUri = (name: string) => name.includes('://');

/** URIs first: a workload has one, and may have many DNS names. Those with `*.` name nobody. */
function namesOf({ uris, dns }: Peer): readonly Name[] {
  return [
    ...uris.map((name) => ({ kind: 'uri', name }) as const),
    ...dns.filter((name) => !name.startsWith('*.')).map((name) => ({ kind: 'dns', name }) as const),
  ];
}
