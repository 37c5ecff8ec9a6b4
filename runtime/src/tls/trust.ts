/** TLS as clients speak it: what is shown to a destination, and who it has to be. */

import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type Environment, environmentName } from '../config/environment.ts';
import type { ClientDefinition } from '../definition.ts';
import type { Credentials } from './credentials.ts';
import { peerOf } from './peer.ts';

export interface Trust {
  /** Whether an address without a scheme means TLS. */
  readonly byDefault: boolean;
  /** For a connection that is opened now. */
  connection(): ConnectionOptions;
  /** Called when connections should be opened anew. */
  onChange(listener: () => void): void;
}

export type TrustOf = (destination: Pick<ClientDefinition, 'name' | 'external'>) => Trust;

/**
 * Services are shown our certificate and must show one of the same CA; externals are held to the roots that Node knows,
 * and are shown nothing.
 *
 * A service has to be who its address says, or who `WEIR_<SERVICE>_TLS_NAME` says: a DNS name, or a SPIFFE id.
 */
export function trustBy(credentials: Credentials | undefined, env: Environment): TrustOf {
  return ({ name, external }) => {
    const wanted = env[`WEIR_${environmentName(name)}_TLS_NAME`] || undefined;
    const identity = wanted === undefined ? {} : identityOf(wanted);
    if (external || credentials === undefined) {
      return { byDefault: false, connection: () => identity, onChange: () => {} };
    }
    return {
      byDefault: true,
      connection: () => ({ secureContext: credentials.current.context, ...identity }),
      onChange: (listener) => void credentials.onChange(listener),
    };
  };
}

/** A certificate with the wanted name is good, whatever the address was. */
function identityOf(wanted: string): ConnectionOptions {
  if (!wanted.startsWith('spiffe://')) {
    return {
      servername: wanted,
      checkServerIdentity: (_host, certificate) => checkServerIdentity(wanted, certificate),
    };
  }
  return {
    checkServerIdentity(_host, certificate: PeerCertificate) {
      const { uris } = peerOf(certificate);
      return uris.includes(wanted) ? undefined : new Error(`the certificate is for ${uris.join(', ')}, not ${wanted}`);
    },
  };
}
