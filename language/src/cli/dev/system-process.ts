import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { programFile } from '../../project/own-package.ts';
import { gatewayPortsVariable, type Message, stopMessage, systemVariable } from './messages.ts';

export interface SystemProcess {
  /** Stops it and waits until it has drained. */
  readonly stop: () => Promise<void>;
  /** Ends it at once. */
  readonly kill: () => void;
}

export interface StartOptions {
  /** The emitted `system.ts`; absolute. */
  readonly file: string;
  readonly root: string;
  readonly gatewayPorts: Readonly<Record<string, number>>;
  readonly onMessage: (message: Message) => void;
  /** It ended though nobody had asked for it. */
  readonly onEnd: (code: number | null) => void;
}

/** Starts the system in a process of its own; what it logs goes where this process's output goes. */
export function startSystem({ file, root, gatewayPorts, onMessage, onEnd }: StartOptions): SystemProcess {
  const child: ChildProcess = fork(programFile('cli/dev/child'), [], {
    cwd: root,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      // Each call is shown anyway; what services log besides is worth seeing when it is a warning.
      WEIR_LOG_LEVEL: 'warn',
      ...process.env,
      [systemVariable]: file,
      [gatewayPortsVariable]: JSON.stringify(gatewayPorts),
    },
  });
  let stopping = false;
  const ended = once(child, 'exit').then(([exit]) => {
    if (!stopping) onEnd(exit as number | null);
  });
  child.on('message', (message) => onMessage(message as Message));
  return {
    stop: async () => {
      stopping = true;
      if (child.connected) child.send(stopMessage);
      await ended;
    },
    kill: () => {
      stopping = true;
      child.kill('SIGKILL');
    },
  };
}
