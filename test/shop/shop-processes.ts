import { join } from 'node:path';
import type { Identity } from '../../examples/shop/local/identity.ts';
import { startSurroundings } from '../../examples/shop/local/surroundings.ts';
import { type Child, type Scope, startChild } from '../child.ts';
import { repository } from '../repository.ts';

/** The services of the shop, each after those that it calls. */
const waves = [
  ['users', 'catalog', 'inventory', 'shipping'],
  ['pricing', 'payments', 'search', 'notifications'],
  ['carts', 'orders'],
] as const;

export type ServiceName = (typeof waves)[number][number];

export const serviceNames: readonly ServiceName[] = waves.flat();

/** A service that runs as a process of its own, on ports that were free. */
export interface ServiceProcess {
  readonly child: Child;
  /** `http://127.0.0.1:40123`; undefined where it speaks gRPC only. */
  readonly http: string | undefined;
  /** `127.0.0.1:40124` */
  readonly grpc: string | undefined;
  /** `127.0.0.1:40125`, where `WEIR_ADMIN_PORT` is given. */
  readonly admin: string | undefined;
}

export interface ShopProcesses {
  readonly identity: Identity;
  /** As it runs now, or ran last. */
  service(name: ServiceName): ServiceProcess;
  http(name: ServiceName): string;
  grpc(name: ServiceName): string;
  /** Starts a service anew, where it was before, so that its callers find it. */
  restart(name: ServiceName): Promise<void>;
}

export interface ShopOptions {
  /** Which to start; all of them otherwise. */
  readonly services?: readonly ServiceName[];
  /** On top of what points to the surroundings. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the compiled shop as one would deploy it: a process for each service, which finds the others by its environment. */
export async function startShop(scope: Scope, { services, env }: ShopOptions = {}): Promise<ShopProcesses> {
  const surroundings = await startSurroundings();
  scope.after(() => surroundings.stop());
  const given: NodeJS.ProcessEnv = { ...surroundings.env, ...env };
  const running = new Map<ServiceName, ServiceProcess>();
  const find = (name: ServiceName): ServiceProcess => {
    const service = running.get(name);
    if (service === undefined) throw new Error(`${name} has not been started`);
    return service;
  };
  const address = (name: ServiceName, transport: 'http' | 'grpc'): string => {
    const found = find(name)[transport];
    if (found === undefined) throw new Error(`${name} does not speak ${transport}`);
    return found;
  };
  for (const all of waves) {
    const wave = all.filter((name) => services?.includes(name) ?? true);
    await Promise.all(
      wave.map(async (name) => {
        running.set(name, await startService(scope, name, { ...given, WEIR_HTTP_PORT: '0', WEIR_GRPC_PORT: '0' }));
      }),
    );
    for (const name of wave) {
      const { http, grpc } = find(name);
      given[`WEIR_${name.toUpperCase()}_HTTP`] = http;
      given[`WEIR_${name.toUpperCase()}_GRPC`] = grpc;
    }
  }
  return {
    identity: surroundings.identity,
    service: find,
    http: (name) => address(name, 'http'),
    grpc: (name) => address(name, 'grpc'),
    restart: async (name) => {
      const { http, grpc } = find(name);
      const ports = { WEIR_HTTP_PORT: http?.split(':').at(-1), WEIR_GRPC_PORT: grpc?.split(':').at(-1) };
      running.set(name, await startService(scope, name, { ...given, ...ports }));
    },
  };
}

async function startService(scope: Scope, name: ServiceName, env: NodeJS.ProcessEnv): Promise<ServiceProcess> {
  const cwd = join(repository, 'examples/shop/services', name);
  const child = startChild(scope, process.execPath, ['src/main.ts'], { cwd, env: { ...env, WEIR_HOST: '127.0.0.1' } });
  const [, text = '{}'] = await child.until(/"ports":(\{[^}]*\}),"msg":"serving"/);
  const ports = JSON.parse(text) as { readonly http?: number; readonly grpc?: number; readonly admin?: number };
  return {
    child,
    http: ports.http === undefined ? undefined : `http://127.0.0.1:${ports.http}`,
    grpc: ports.grpc === undefined ? undefined : `127.0.0.1:${ports.grpc}`,
    admin: ports.admin === undefined ? undefined : `127.0.0.1:${ports.admin}`,
  };
}

/** A value of a service's `/metrics`; undefined while it has none with these labels. */
export async function metric(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text
    .split('\n')
    .find(
      (line) =>
        line.startsWith(`${name}{`) &&
        Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
    );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}
