/** The TLS of one service: its certificates, and whether its callers have to show theirs. */

import type { Logger } from 'pino';
import type { Environment } from '../config/environment.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { Metrics } from '../observe/metrics.ts';
import { openCredentials } from './credentials.ts';
import { type TlsFiles, tlsFilesOf } from './files.ts';
import type { TlsMaterial } from './material.ts';
import type { ServerTls } from './server.ts';

export interface ServiceTls extends ServerTls {
  /** Whether operations are for callers with a verified certificate only. */
  readonly requiresPeers: boolean;
}

export interface ServiceTlsOptions {
  /** In place of those that the environment names. */
  readonly files: TlsFiles | undefined;
  readonly env: Environment;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Undefined where no certificates are given: then a mesh or an ingress speaks TLS, or nobody does. */
export async function openServiceTls(
  definition: Pick<ServiceDefinition, 'name' | 'mtls' | 'auth'>,
  { files: given, env, log, metrics }: ServiceTlsOptions,
): Promise<ServiceTls | undefined> {
  const { name, mtls = false, auth } = definition;
  const files = given ?? tlsFilesOf(name, env);
  const requiresPeers = requires(env, mtls);
  if (files === undefined) {
    if (mtls) log.info('mtls is on and no certificates are given: it is left to a mesh');
    return undefined;
  }
  const asksPeers = requiresPeers || mtls || Object.values(auth).some(({ kind }) => kind === 'mtls');
  if (asksPeers && files.ca === undefined) {
    throw new Error(
      `${name} verifies its callers and has no CA to do it by: set WEIR_TLS_CA, or put ca.crt beside tls.crt.`,
    );
  }
  const credentials = await openCredentials(files, { log, onReload: (outcome) => metrics.tlsReloads.inc({ outcome }) });
  const tellExpiry = ({ expiresAt }: TlsMaterial) =>
    metrics.tlsExpiry.set({ certificate: files.cert }, expiresAt / 1000);
  tellExpiry(credentials.current);
  credentials.onChange(tellExpiry);
  return { credentials, asksPeers, requiresPeers };
}

/** `optional` lets callers without a certificate in, while a system learns to show them. */
function requires(env: Environment, mtls: boolean): boolean {
  switch (env.WEIR_TLS_PEERS ?? '') {
    case '':
      return mtls;
    case 'required':
      return true;
    case 'optional':
      return false;
    default:
      throw new Error(`WEIR_TLS_PEERS is "${env.WEIR_TLS_PEERS}"; write required or optional.`);
  }
}
