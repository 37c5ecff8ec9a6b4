/** Where a service's certificates are. */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, environmentName } from '../config/environment.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  /** The certificate and those between it and its root. */
  readonly cert: string;
  readonly key: string;
  /** Who vouches for the others; without it nobody is asked for a certificate. */
  readonly ca?: string;
}

/**
 * The files that the environment names: `WEIR_<NAME>_TLS_…` for one service or gateway of several in the process, else
 * `WEIR_TLS_…`. `…_DIR` is a folder as cert-manager fills it (`tls.crt`, `tls.key`, and `ca.crt` where there is one);
 * `…_CERT`, `…_KEY` and `…_CA` are single files. Undefined where none is named; throws where they are not complete.
 */
export function tlsFilesOf(name: string, env: Environment): TlsFiles | undefined {
  const prefixes = [`WEIR_${environmentName(name)}_TLS`, 'WEIR_TLS'];
  const prefix = prefixes.find((each) => ['DIR', 'CERT', 'KEY', 'CA'].some((part) => env[`${each}_${part}`]));
  if (prefix === undefined) return undefined;
  const dir = env[`${prefix}_DIR`];
  const path = (part: string, file: string) => env[`${prefix}_${part}`] || (dir ? join(dir, file) : undefined);
  const [cert, key] = [path('CERT', 'tls.crt'), path('KEY', 'tls.key')];
  if (cert === undefined || key === undefined) {
    throw new Error(`${prefix}_CERT and ${prefix}_KEY belong together; set both, or ${prefix}_DIR.`);
  }
  const ca = env[`${prefix}_CA`] || (dir && hasContent(join(dir, 'ca.crt')) ? join(dir, 'ca.crt') : undefined);
  return { cert, key, ...(ca && { ca }) };
}

/** For issuers that publish their roots, cert-manager leaves `ca.crt` out, or empty. */
function hasContent(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}
