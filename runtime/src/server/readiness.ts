/** Whether a service can do its work: what `/readyz` and the gRPC health service answer. */

import { connect } from 'node:net';
import type { ConfigReport, LiveConfig } from '../config/live.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { Resolve } from '../discovery/resolve.ts';
import type { Clock } from '../policy/clock.ts';
import type { OpenResources } from '../resources/open.ts';
import type { Credentials } from '../tls/credentials.ts';

export interface ReadinessReport {
  readonly status: 'ready' | 'not-ready' | 'starting' | 'stopping';
  /** By name: `ok`, or why it is not. */
  readonly needs: Readonly<Record<string, string>>;
  /** Only while there is something to say of the configuration's file; it makes no service unready. */
  readonly config?: ConfigReport;
  /** Only while files of certificates are no good, and older ones are in use; it makes no service unready either. */
  readonly certificates?: {
    readonly status: 'refused';
    readonly fault: string;
    /** When those in use expire, as an instant of ISO 8601. */
    readonly expires: string;
  };
}

export interface Readiness {
  /** Asks everything that the service needs, side by side. Never rejects. */
  check(): Promise<ReadinessReport>;
  become(stage: 'started' | 'stopping'): void;
  /** Called when the service starts or stops. Returns what ends it. */
  watch(listener: (stage: 'started' | 'stopping') => void): () => void;
}

export interface ReadinessDeps {
  readonly resources: OpenResources;
  readonly resolve: Resolve;
  readonly clock: Clock;
  readonly config: Pick<LiveConfig, 'report'>;
  readonly credentials?: Pick<Credentials, 'fault' | 'current'> | undefined;
}

export function createReadiness(definition: ServiceDefinition, deps: ReadinessDeps): Readiness {
  let stage: 'starting' | 'started' | 'stopping' = 'starting';
  const listeners = new Set<(stage: 'started' | 'stopping') => void>();
  const { needs, timeout } = definition.health.ready;
  return {
    async check() {
      const answers = await Promise.all(needs.map(async (need) => [need, await ask(need, timeout, definition, deps)]));
      const asked = Object.fromEntries(answers) as Record<string, string>;
      const report = { needs: asked, ...newsOf(deps.config.report), ...faultOf(deps.credentials) };
      if (stage !== 'started') return { status: stage, ...report };
      const ready = Object.values(report.needs).every((answer) => answer === 'ok');
      return { status: ready ? 'ready' : 'not-ready', ...report };
    },
    become(next) {
      stage = next;
      for (const listener of listeners) listener(next);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function newsOf(config: ConfigReport): Pick<ReadinessReport, 'config'> {
  return config.status === 'applied' && config.restart.length === 0 ? {} : { config };
}

function faultOf(credentials: ReadinessDeps['credentials']): Pick<ReadinessReport, 'certificates'> {
  if (credentials?.fault === undefined) return {};
  const { fault, current } = credentials;
  return { certificates: { status: 'refused', fault, expires: new Date(current.expiresAt).toISOString() } };
}

async function ask(need: string, timeout: number, definition: ServiceDefinition, deps: ReadinessDeps): Promise<string> {
  const late = Promise.withResolvers<string>();
  const cancel = deps.clock.after(timeout, () => late.resolve(`no answer within ${timeout} ms`));
  try {
    return await Promise.race([answerOf(need, definition, deps), late.promise]);
  } catch (error) {
    return error instanceof Error && error.message !== '' ? error.message : 'does not answer';
  } finally {
    cancel();
  }
}

async function answerOf(need: string, definition: ServiceDefinition, deps: ReadinessDeps): Promise<string> {
  const resource = deps.resources[need];
  if (resource !== undefined) {
    await resource.ping();
    return 'ok';
  }
  const client = definition.clients[need];
  if (client === undefined) return 'is neither a resource nor a service that this one uses';
  // Whether it listens, not whether it is ready: services that wait for each other's readiness wait for ever.
  const addresses = await deps.resolve(client, client.grpc === undefined ? 'http' : 'grpc');
  await Promise.any(addresses.map(listens)).catch(() => {
    throw new Error(`nothing listens at ${addresses.join(', ')}`);
  });
  return 'ok';
}

function listens(address: string): Promise<void> {
  const url = new URL(address.includes('://') ? address : `http://${address}`);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
