/** Callers of the soak: many at a time, some of whom leave before they have their answer. */

import { Agent, type IncomingMessage, request } from 'node:http';

export interface Load {
  readonly answered: Map<string, number>;
  /** Resolves when the last caller has ended, and closes its connections. */
  stop(): Promise<void>;
}

/** Calls the service at a port from now on, so many callers at a time. */
export function startLoad(port: number, callers: number, random: () => number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const answered = new Map<string, number>();
  let going = true;
  const caller = async () => {
    while (going) {
      const value = 1 + Math.floor(random() * 10_000);
      const kind = random();
      const path = kind < 0.7 ? `/v1/ask/${value}` : kind < 0.9 ? `/v1/watch/${value}` : '/v1/add';
      const leavesAfter = random() < 0.1 ? random() * 30 : undefined;
      const outcome = await once(agent, port, path, value, leavesAfter);
      answered.set(outcome, (answered.get(outcome) ?? 0) + 1);
    }
  };
  const running = Array.from({ length: callers }, caller);
  return {
    answered,
    async stop() {
      going = false;
      await Promise.all(running);
      agent.destroy();
    },
  };
}

/** The status, `left` or `broken`. */
function once(agent: Agent, port: number, path: string, value: number, leavesAfter: number | undefined) {
  return new Promise<string>((resolve) => {
    const writes = path === '/v1/add';
    const headers = writes ? { 'content-type': 'application/json' } : {};
    const sent = request({ agent, port, host: '127.0.0.1', path, method: writes ? 'POST' : 'GET', headers });
    const leave = leavesAfter === undefined ? undefined : setTimeout(() => end('left'), leavesAfter);
    const end = (outcome: string) => {
      clearTimeout(leave);
      if (outcome === 'left') sent.destroy();
      resolve(outcome);
    };
    sent.on('error', () => end('broken'));
    sent.on('response', (response: IncomingMessage) => {
      response.on('error', () => end('broken'));
      response.on('close', () => end(String(response.statusCode)));
      response.resume();
    });
    sent.end(writes ? JSON.stringify({ value }) : undefined);
  });
}
