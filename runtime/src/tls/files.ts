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
  const own = `WEIR_${environmentName(name)}_TLS`;
  return (
    complete(own, { dir: env[`${own}_DIR`], cert: env[`${own}_CERT`], key: env[`${own}_KEY`], ca: env[`${own}_CA`] }) ??
    complete('WEIR_TLS', {
      dir: env.WEIR_TLS_DIR,
      cert: env.WEIR_TLS_CERT,
      key: env.WEIR_TLS_KEY,
      ca: env.WEIR_TLS_CA,
    })
  );
}

type Named = Readonly<Record<'dir' | 'cert' | 'key' | 'ca', string | undefined>>;

function complete(prefix: string, named: Named): TlsFiles | undefined {
  const { dir } = named;
  if (Object.values(named).every((path) => !path)) return undefined;
  const within = (file: string) => (dir ? join(dir, file) : undefined);
  const [cert, key] = [named.cert || within('tls.crt'), named.key || within('tls.key')];
  if (cert === undefined || key === undefined) {
    throw new Error(`${prefix}_CERT and ${prefix}_KEY belong together; set both, or ${prefix}_DIR.`);
  }
  const ca = named.ca || (dir && hasContent(join(dir, 'ca.crt')) ? join(dir, 'ca.crt') : undefined);
  return { cert, key, ...(ca && { ca }) };
}

/** For issuers that publish their roots, cert-manager leaves `ca.crt` out, or empty. */
function hasContent(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}
