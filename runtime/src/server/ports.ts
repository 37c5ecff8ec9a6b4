/** Where a service listens. */

import { createServer } from 'node:net';
import type { ServiceDefinition } from '../definition.ts';

export interface Ports {
  readonly http?: number;
  readonly grpc?: number;
  /** Where probes and `/metrics` answer without TLS, whatever the others speak. */
  readonly admin?: number;
}

/**
 * The ports to listen on: given ones first, then `WEIR_HTTP_PORT` or `PORT` and `WEIR_GRPC_PORT`, then the declared ones.
 * One for probes and metrics is there when it is given, or no port is and `WEIR_ADMIN_PORT` names it. 0 lets the system
 * choose. Throws when a variable holds no port.
 */
export function portsOf(definition: ServiceDefinition, given: Ports | undefined, env: NodeJS.ProcessEnv): Ports {
  const { http, grpc } = definition;
  const admin = given === undefined ? fromEnvironment(env, ['WEIR_ADMIN_PORT']) : given.admin;
  return {
    ...(http && { http: given?.http ?? fromEnvironment(env, ['WEIR_HTTP_PORT', 'PORT']) ?? http.port }),
    ...(grpc && { grpc: given?.grpc ?? fromEnvironment(env, ['WEIR_GRPC_PORT']) ?? grpc.port }),
    ...(admin !== undefined && { admin }),
  };
}

function fromEnvironment(env: NodeJS.ProcessEnv, variables: readonly string[]): number | undefined {
  const variable = variables.find((name) => (env[name] ?? '') !== '');
  if (variable === undefined) return undefined;
  const port = Number(env[variable]);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${variable} is "${env[variable]}"; write a port from 0 to 65535.`);
  }
  return port;
}

/** Runs `listen` and, when it fails, says which port was meant and what to do. */
export async function listening<T>(what: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const taken = code === 'EADDRINUSE';
    const why = taken ? 'another process listens there; stop it, or choose another port' : message;
    throw new Error(`${what} cannot listen on port ${port}: ${why}.`, { cause });
  }
}

/** Whether nobody listens on the port now. */
export function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
