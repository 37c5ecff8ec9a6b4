// Runs a system in a process of its own: `weir dev` starts it, and starts it anew when something has changed.
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveModule } from '../../project/resolve-module.ts';
import { gatewayPortsVariable, type Hop, type Message, stopMessage, systemVariable } from './messages.ts';

/** As much of the runtime as is used here: it belongs to the project, not to the language. */
interface Runtime {
  readonly runSystem: (
    system: object,
    options: {
      readonly gatewayPorts: Readonly<Record<string, number>>;
      readonly onHop: (hop: Hop) => void;
      readonly signals: boolean;
    },
  ) => Promise<RunningSystem>;
}

interface RunningSystem {
  readonly services: readonly {
    readonly definition: { readonly name: string };
    readonly ports: { readonly http?: number; readonly grpc?: number };
  }[];
  readonly gateways: readonly { readonly name: string; readonly url: string }[];
  readonly stop: () => Promise<void>;
}

const tell = (message: Message): void => {
  if (process.connected) process.send?.(message);
};

async function start(): Promise<RunningSystem> {
  const file = process.env[systemVariable] as string;
  const runtime = resolveModule('@weir/runtime', dirname(file));
  if (runtime === undefined) throw new Error('@weir/runtime is not installed here: run `npm install`.');
  const { runSystem }: Runtime = await import(runtime);
  const { services, gateways, gatewayPorts: declared } = await import(pathToFileURL(file).href);
  const gatewayPorts = { ...declared, ...JSON.parse(process.env[gatewayPortsVariable] ?? '{}') };
  return runSystem(
    { services, gateways },
    { gatewayPorts, onHop: (hop) => tell({ kind: 'hop', hop }), signals: false },
  );
}

// Ctrl-C reaches every process of the terminal; when to stop is for the one that watches to say.
process.on('SIGINT', () => {});
let asked = false;
let running: RunningSystem | undefined;

async function stop(): Promise<void> {
  if (asked) return;
  asked = true;
  await running?.stop();
  process.exit(0);
}

process.on('message', (message) => {
  if (message === stopMessage) void stop();
});
process.on('disconnect', () => void stop());
process.on('SIGTERM', () => void stop());

try {
  running = await start();
  if (asked) {
    await running.stop();
    process.exit(0);
  }
  tell({
    kind: 'ready',
    services: running.services.map(({ definition, ports }) => ({ name: definition.name, ...ports })),
    gateways: running.gateways,
  });
} catch (error) {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // The process must not end before the message has left.
  if (process.connected) process.send?.({ kind: 'failed', message } satisfies Message, () => process.exit(1));
  else process.exit(1);
}
